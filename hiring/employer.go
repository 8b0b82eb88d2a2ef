package hiring

import "time"

// MaxUnverified is how many invitations an employer's days send before an operator has verified the employer; the rest wait.
const MaxUnverified = 20

// Employer is what the operator says of an employer. One of whom nothing was said is not verified.
type Employer struct {
	Name     EmployerName `json:"name"`
	Verified bool         `json:"verified"`
	// By is who said so, and At when.
	By Actor     `json:"by"`
	At time.Time `json:"at"`
}

// VerifyEmployer asks the ingest role to record that an employer is who it says, or that it is trusted no more. Answer: [Done].
type VerifyEmployer struct {
	Asked
	Name     EmployerName `json:"name"`
	Verified bool         `json:"verified"`
}

// Subject is where the ingest role answers.
func (VerifyEmployer) Subject() string { return "ask.ingest.employer" }
