import { graphql } from "../gql";

// The documents of the audit trail.

export const AuditQuery = graphql(`
  query Audit($where: AuditWhere, $first: Int = 30, $after: String) {
    desk {
      auditTrail(first: $first, where: $where, after: $after) {
        nodes {
          at
          action
          subject
          subjectId
          reason
          before
          after
          staff { id name }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);
