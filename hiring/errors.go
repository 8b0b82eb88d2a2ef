package hiring

import (
	"errors"
	"fmt"
)

// Code is the machine-readable half of an [Error]. It survives the wire between roles and decides the HTTP status.
type Code string

// The codes, with the HTTP status each becomes at the edge.
const (
	Invalid         Code = "invalid"         // 400: the input is wrong
	Unauthenticated Code = "unauthenticated" // 401: no valid token
	Forbidden       Code = "forbidden"       // 403: the token's role may not do this at all
	NotFound        Code = "not_found"       // 404: no such thing, or not this caller's
	Conflict        Code = "conflict"        // 409: the state does not allow it (seat taken, already declined)
	Stale           Code = "stale"           // 412: the given ETag is no longer the last
	TooLarge        Code = "too_large"       // 413
	Impossible      Code = "impossible"      // 422: well formed, but names what cannot be (a time in a DST gap)
	TooMany         Code = "too_many"        // 429: a rate limit
	Unavailable     Code = "unavailable"     // 503: a part is not ready or the disk refuses writes; try again
	Internal        Code = "internal"        // 500: our fault
)

// Error is what one role tells another and the edge tells a person: a code for machines, and for people what happened, to
// which field and how to mend it. Message never repeats the value that was refused.
type Error struct {
	Code    Code   `json:"code"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// Error renders field, message and fix in one line.
func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + " " + s
	}
	if e.Fix != "" {
		s += "; " + e.Fix
	}
	return s
}

// Mend returns a copy of e that says how to mend it.
func (e *Error) Mend(fix string) *Error {
	c := *e
	c.Fix = fix
	return &c
}

// In returns a copy of e whose field is prefixed by outer, as in "skills[3]" + "weight".
func (e *Error) In(outer string) *Error {
	c := *e
	if c.Field == "" {
		c.Field = outer
	} else {
		c.Field = outer + "." + c.Field
	}
	return &c
}

// Errorf makes an Error of the given code.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalidf makes an Error of code [Invalid] about a field; the message continues the field's name ("pay.min" "is negative").
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first [Error] in err's chain, [Internal] for any other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// within prefixes the field of err, an [Error], with outer; any other error passes unchanged.
func within(outer string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e.In(outer)
	}
	return err
}
