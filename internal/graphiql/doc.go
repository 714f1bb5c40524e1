// Package graphiql serves a GraphiQL page: the API's own desk for developers, with example documents that walk a
// customer's path. The page is inside the binary, loads nothing from elsewhere and works without a network.
//
// # What it is built from
//
// The page's source is in page/, its built form in dist/ (committed, so that a machine without Node has it too),
// the documents it opens with in examples/. GraphiQL is version 4, the last one that edits with CodeMirror: 1.3 MB of
// script. Version 5 edits with Monaco, which adds several megabytes and background workers to the binary for
// comforts a page of examples does not need, and its workers would loosen the Content-Security-Policy.
//
// # Tokens
//
// Every tab has its own headers and starts with `Authorization: Bearer …`. The page replaces the ellipsis by the access
// token of the last sign-in, so signing in once serves all tabs; while nobody has signed in it leaves the header
// out. Subscriptions send the same headers as the payload of connection_init.
package graphiql
