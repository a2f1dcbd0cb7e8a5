SELECT plg.entities(j), plg.events(j), plg.first_at(j), plg.last_at(j) FROM stored;
