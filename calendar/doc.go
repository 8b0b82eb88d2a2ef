// Package calendar writes talks as iCalendar (RFC 5545), as invitations (iTIP, RFC 5546) and as feeds, and reads what people's
// calendars answer. It is pure: it looks at no clock and no disk but the zone database.
//
// One talk is one entry: its UID is the invitation's ref, a keyed hash that names nobody and outlives every change, and its sequence
// grows with each revision. So a calendar that sees a revision replaces what it has, whichever order the revisions come in.
//
// Times are written in the event's zone with a VTIMEZONE that says what its clocks do in the years concerned, transition by
// transition: no rule of recurrence has to fit. A time of day that these clocks show twice is written in UTC, for readers disagree
// on what it means.
package calendar
