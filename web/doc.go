// Package web is the role that people and programs reach: the HTTP API under /v1 (chi and huma, OpenAPI 3.1), the invitation
// page, and server-sent events.
//
// It decides little. A request is authenticated by its bearer token, limited, read strictly, and turned into one question or
// command of package hiring, which the owning role answers and authorises with the Actor that web put in. What web adds is the
// edge: problem+json errors that never repeat what was sent, ETags (log sequences), pseudonyms instead of learners' ids for
// employers, and personal data unsealed for those who may see it.
//
// Streams. An event stream follows the log by itself (events.Log.Watch) from the position in Last-Event-ID: every event after it
// is delivered in log order, at least once. A reader too slow for the write deadline is cut off and may resume where it was.
// Streams of a revoked token end within five seconds.
//
// State. Only tokens are folded in memory. The cache holds what may be lost at any time: request counts and pages of rankings.
package web
