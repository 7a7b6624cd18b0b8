DROP TABLE oauth_attempts;
