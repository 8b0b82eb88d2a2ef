package hiring

// Role is what a token lets its bearer be.
type Role string

// The roles of tokens.
const (
	RoleEmployer  Role = "employer"  // Subject is the employer's name as openings write it
	RoleLearner   Role = "learner"   // Subject is the learner's id
	RoleRecruiter Role = "recruiter" // Subject is the employer's name the recruiter works for
	RoleProvider  Role = "provider"  // Subject is the provider's name as programmes write it
	RoleOperator  Role = "operator"  // Subject names the person or program, for the audit
)

// Actor is who asks: every question and command carries one, and the role that answers decides with the functions here.
type Actor struct {
	Role    Role   `json:"role"`
	Subject string `json:"subject"`
}

// Validate checks that the role is known and the subject fits it.
func (a Actor) Validate() error {
	switch a.Role {
	case RoleLearner:
		return ValidID("subject", a.Subject)
	case RoleEmployer, RoleRecruiter, RoleProvider, RoleOperator:
		return validText("subject", a.Subject, 200, true)
	}
	return Invalidf("role", "is not one of employer, learner, recruiter, provider, operator")
}

// Operator reports whether a runs the installation.
func (a Actor) Operator() bool { return a.Role == RoleOperator }

// IsLearner reports whether a is the learner with this id.
func (a Actor) IsLearner(id LearnerID) bool {
	return a.Role == RoleLearner && a.Subject == string(id)
}

// ActsFor reports whether a is the employer itself or one of its recruiters.
func (a Actor) ActsFor(e EmployerName) bool {
	return (a.Role == RoleEmployer || a.Role == RoleRecruiter) && a.Subject == string(e)
}

// Registered reports whether a registered this learner.
func (a Actor) Registered(l *Learner) bool { return a.Role == RoleProvider && l.RegisteredBy == a }

// Provides reports whether a is the provider of that name.
func (a Actor) Provides(p ProviderName) bool {
	return a.Role == RoleProvider && a.Subject == string(p)
}

// MayReadLearner reports whether a may read the learner's own record and matches: the learner, who registered them, the
// operator. Employers and recruiters see matches and search hits, by pseudonym.
func (a Actor) MayReadLearner(l *Learner) bool {
	return a.Operator() || a.IsLearner(l.ID) || a.Registered(l)
}

// MayManageOpening reports whether a may change the opening and see who matches it.
func (a Actor) MayManageOpening(o *Opening) bool { return a.Operator() || a.ActsFor(o.Employer) }

// MayManageDay reports whether a may change the day and see its invitations.
func (a Actor) MayManageDay(d *Day) bool { return a.Operator() || a.ActsFor(d.Employer) }

// MayViewDay reports whether a may see the day, and its invitations for a's own openings: whoever manages it, and the hosts of a fair.
func (a Actor) MayViewDay(d *Day) bool {
	return a.MayManageDay(d) || d.Hosted(EmployerName(a.Subject)) && a.SeesPseudonyms()
}

// MaySeeInvitation reports whether a, who may view the day, may see this invitation of it: an employer those for its own openings.
func (a Actor) MaySeeInvitation(i *Invitation) bool { return a.Operator() || a.ActsFor(i.Employer) }

// MayManageProgramme reports whether a may change the programme.
func (a Actor) MayManageProgramme(p *Programme) bool {
	return a.Operator() || a.Provides(p.Provider)
}

// SeesPseudonyms reports whether learners are shown to a by pseudonym instead of id.
func (a Actor) SeesPseudonyms() bool { return a.Role == RoleEmployer || a.Role == RoleRecruiter }

// Token records that a bearer token exists: the token itself is never stored.
type Token struct {
	// Hash is the SHA-256 of the token, in hex.
	Hash string `json:"hash"`
	Actor
	Revoked bool `json:"revoked,omitempty"`
}
