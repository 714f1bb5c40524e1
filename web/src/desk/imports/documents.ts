import { graphql } from "../gql";

// The documents of imports.

export const ImportRow = graphql(`
  fragment ImportRow on Import {
    id
    kind
    state
    source
    since
    percent
    rowsRead
    rowsAccepted
    rowsRejected
    createdAt
    startedAt
    endedAt
    files { id name bytes }
    club { id name }
    staff { id name }
    figures { name value }
    error { code message detail }
    rejects { url }
  }
`);

export const ImportsQuery = graphql(`
  query Imports($first: Int = 20, $after: String) {
    desk {
      imports(first: $first, after: $after) {
        nodes { id ...ImportRow }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ImportFormats = graphql(`
  query ImportFormats {
    desk { importFormats { kind name mapping sample membersSample } }
    clubs { id name }
  }
`);

export const ImportFileUpload = graphql(`
  mutation ImportFileUpload($input: ImportFileUploadInput!) {
    importFileUpload(input: $input) {
      file { id }
      uploadUrl
      maxBytes
      userErrors { __typename code message field }
    }
  }
`);

export const ImportStart = graphql(`
  mutation ImportStart($input: ImportStartInput!) {
    importStart(input: $input) {
      import { id ...ImportRow }
      userErrors { __typename code message field }
    }
  }
`);

export const ImportRejects = graphql(`
  query ImportRejects($id: ID!) {
    desk { import(id: $id) { id rejects { url } } }
  }
`);

export const ImportCancel = graphql(`
  mutation ImportCancel($input: ImportCancelInput!) {
    importCancel(input: $input) {
      import { id state endedAt }
      userErrors { __typename code message field }
    }
  }
`);
