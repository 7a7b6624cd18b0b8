CREATE OR REPLACE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit events are never changed';
