package hiring

import "time"

// Refusal records that a request was refused: when, to whom, what was asked and with which status. It names nobody and repeats nothing
// that was sent.
type Refusal struct {
	Time time.Time `json:"time"`
	// Role of the token; empty for a request without a valid one, as by a signed link.
	Role Role `json:"role,omitempty"`
	// Token is the beginning of the token's hash.
	Token  string `json:"token,omitempty"`
	Method string `json:"method"`
	Route  string `json:"route"` // the pattern of the address, without what stood in it
	Status int    `json:"status"`
}
