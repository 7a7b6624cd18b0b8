ALTER TABLE audit_events
    ADD INDEX idx_audit_events_actor (actor_id, id),
    ADD INDEX idx_audit_events_target (target_id, id),
    ADD INDEX idx_audit_events_action (action, id),
    ADD INDEX idx_audit_events_created_at (created_at),
    DROP INDEX idx_audit_events_time,
    DROP INDEX idx_audit_events_actor_time,
    DROP INDEX idx_audit_events_target_time,
    DROP INDEX idx_audit_events_action_time;
