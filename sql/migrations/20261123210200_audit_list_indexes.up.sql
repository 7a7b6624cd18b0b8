-- Events are listed by time, alone or of an actor, a target or an action.
ALTER TABLE audit_events
    ADD INDEX idx_audit_events_time (created_at, id),
    ADD INDEX idx_audit_events_actor_time (actor_id, created_at, id),
    ADD INDEX idx_audit_events_target_time (target_id, created_at, id),
    ADD INDEX idx_audit_events_action_time (action, created_at, id),
    DROP INDEX idx_audit_events_created_at,
    DROP INDEX idx_audit_events_actor,
    DROP INDEX idx_audit_events_target,
    DROP INDEX idx_audit_events_action;
