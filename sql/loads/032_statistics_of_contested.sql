analyze repeated_ids, contested_revisions;
