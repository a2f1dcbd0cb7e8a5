SELECT plg.events(plg.journeys(user_id, at, event)) FROM events_text;
