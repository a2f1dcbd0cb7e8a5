// plg from Java by JDBC (Debian: libpostgresql-jdbc-java): record an event, read one user's
// milestones and the account's state by prepared statements, show plg's hint.
// java -cp /usr/share/java/postgresql.jar Jdbc.java jdbc:postgresql://localhost/app
import java.sql.*;
import java.util.*;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

public class Jdbc {
    static final String RECORD = "INSERT INTO activity (account, user_id, at, event) VALUES (?, ?, now(), ?)";
    // setString sends a varchar, which is no interval: say so, or connect with stringtype=unspecified
    static final String MILESTONES = """
        SELECT reached, reached[2] - reached[1] AS took
        FROM (SELECT plg.milestones(?::interval, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
              FROM activity WHERE user_id = ?) m""";
    static final String ACCOUNT = """
        SELECT events, spells, spells @> now() AS qualified, mrr
        FROM (SELECT count(*) AS events, plg.qualified(?, ?::interval, at, user_id) AS spells FROM activity WHERE account = ?) a,
             (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = ?) s""";

    static String kind(Object value) {
        return value.getClass().getSimpleName();
    }

    public static void main(String[] arguments) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        // prepared on the server from the fifth execution on; prepareThreshold=1 for the first
        try (Connection db = DriverManager.getConnection(arguments[0]);
             PreparedStatement record = db.prepareStatement(RECORD);
             PreparedStatement milestones = db.prepareStatement(MILESTONES);
             PreparedStatement account = db.prepareStatement(ACCOUNT)) {
            record.setString(1, "acme");
            record.setLong(2, 1);
            record.setString(3, "invite");
            record.executeUpdate();

            account.setInt(1, 3);
            account.setString(2, "30 days");
            account.setString(3, "acme");
            account.setString(4, "acme");
            milestones.setString(1, "7 days");
            milestones.setLong(2, 1);
            try (ResultSet user = milestones.executeQuery(); ResultSet acme = account.executeQuery()) {
                user.next();
                Object[] reached = (Object[]) user.getArray("reached").getArray();
                System.out.printf("user 1 reached %d of 3 steps%n", Arrays.stream(reached).filter(Objects::nonNull).count());
                acme.next();
                System.out.printf("acme is %squalified, with %d events, and pays %s%n",
                    acme.getBoolean("qualified") ? "" : "not ", acme.getLong("events"), acme.getBigDecimal("mrr"));
                types.put("bigint", kind(acme.getObject("events")));
                types.put("numeric", kind(acme.getObject("mrr")));
                types.put("timestamptz[]", kind(reached));
                types.put("tstzmultirange", kind(acme.getObject("spells")));
                types.put("interval", kind(user.getObject("took")));
            }

            // A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
            milestones.setString(1, "1 month");
            try (ResultSet none = milestones.executeQuery()) {
            } catch (PSQLException error) {
                if (!error.getSQLState().matches("(22|0A)..."))    // data exceptions, and what is not supported
                    throw error;
                ServerErrorMessage message = error.getServerErrorMessage();
                System.out.println(message.getMessage() + "\n" + message.getHint());
            }
        }
        types.forEach((type, name) -> System.out.println(type + ": " + name));
    }
}
