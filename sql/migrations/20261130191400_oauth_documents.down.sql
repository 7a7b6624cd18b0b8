DROP TABLE oauth_documents;
