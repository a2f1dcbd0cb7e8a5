SELECT count(user_id), count(event), count(at) FROM events_text;
