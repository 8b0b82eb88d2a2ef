package hiring

import (
	"encoding/json"
	"strings"
	"time"
)

// Kind is the second token of a fact's subject: what entity the fact is about.
type Kind string

// The kinds of facts.
const (
	KindTaxonomy   Kind = "taxonomy"
	KindRarity     Kind = "rarity"
	KindProgramme  Kind = "programme"
	KindOpening    Kind = "opening"
	KindLearner    Kind = "learner"
	KindCredential Kind = "credential"
	KindDay        Kind = "day"
	KindInvitation Kind = "invitation"
	KindBooking    Kind = "booking"
	KindWish       Kind = "wish"
	KindEmployer   Kind = "employer"
	KindToken      Kind = "token"
	KindFeed       Kind = "feed"
)

// Subjects of facts. The last message of a subject is the entity's state.
func ProgrammeSubject(r Ref) string      { return "fact.programme." + string(r) }
func OpeningSubject(r Ref) string        { return "fact.opening." + string(r) }
func LearnerSubject(r LearnerRef) string { return "fact.learner." + string(r) }
func DaySubject(r Ref) string            { return "fact.day." + string(r) }
func BookingSubject(r LearnerRef) string { return "fact.booking." + string(r) }
func TokenSubject(hash string) string    { return "fact.token." + hash }
func EmployerSubject(r Ref) string       { return "fact.employer." + string(r) }
func WishesOfDay(day Ref) string         { return "fact.wish." + string(day) + ".*" }
func FeedSubject(of Ref) string          { return "fact.feed." + string(of) }
func WishesOf(l LearnerRef) string       { return "fact.wish.*." + string(l) }
func TaxonomySubject(name string) string { return "fact.taxonomy." + name }
func RaritySubject() string              { return "fact.rarity.current" }
func InvitationsOfDay(day Ref) string    { return "fact.invitation." + string(day) + ".>" }
func InvitationsOf(l LearnerRef) string  { return "fact.invitation.*.*." + string(l) }
func CredentialsOf(l LearnerRef) string  { return "fact.credential." + string(l) + ".>" }
func CredentialSubject(l LearnerRef, c Ref) string {
	return "fact.credential." + string(l) + "." + string(c)
}

// InvitationSubject is the subject of the invitation (day, opening, learner).
func InvitationSubject(day, opening Ref, l LearnerRef) string {
	return "fact.invitation." + string(day) + "." + string(opening) + "." + string(l)
}

// WishSubject is the subject of what a learner wishes of a day.
func WishSubject(day Ref, l LearnerRef) string {
	return "fact.wish." + string(day) + "." + string(l)
}

// The types of facts (ce-type): what happened. The version names the shape of the body.
const (
	TaxonomyReleased   = "matchday.taxonomy.released.v1"
	RarityFrozen       = "matchday.rarity.frozen.v1"
	ProgrammePublished = "matchday.programme.published.v1"
	ProgrammeWithdrawn = "matchday.programme.withdrawn.v1"
	OpeningPosted      = "matchday.opening.posted.v1"
	OpeningChanged     = "matchday.opening.changed.v1"
	OpeningReleased    = "matchday.opening.released.v1" // what was held is shown now
	OpeningWithdrawn   = "matchday.opening.withdrawn.v1"
	LearnerRecorded    = "matchday.learner.recorded.v1"
	LearnerChanged     = "matchday.learner.changed.v1"
	LearnerConsented   = "matchday.learner.consented.v1" // visibility changed, either way
	LearnerErased      = "matchday.learner.erased.v1"
	CredentialEarned   = "matchday.credential.earned.v1"
	CredentialChanged  = "matchday.credential.changed.v1"
	CredentialRevoked  = "matchday.credential.revoked.v1"
	DayDrafted         = "matchday.day.drafted.v1"
	DayOpened          = "matchday.day.opened.v1"
	DayClosed          = "matchday.day.closed.v1"
	DayChanged         = "matchday.day.changed.v1"
	DaySolved          = "matchday.day.solved.v1" // who talks with whom is decided from here on
	DayHeld            = "matchday.day.held.v1"
	DayArchived        = "matchday.day.archived.v1"
	DayCancelled       = "matchday.day.cancelled.v1"
	InvitationSent     = "matchday.invitation.sent.v1"
	InvitationOpened   = "matchday.invitation.opened.v1"
	InvitationAccepted = "matchday.invitation.accepted.v1"
	InvitationDeclined = "matchday.invitation.declined.v1"
	InvitationExpired  = "matchday.invitation.expired.v1"
	InvitationWaiting  = "matchday.invitation.waiting.v1"
	InvitationOffered  = "matchday.invitation.offered.v1"
	InvitationProposed = "matchday.invitation.proposed.v1"
	InvitationRefused  = "matchday.invitation.refused.v1" // the proposal was
	InvitationMoved    = "matchday.invitation.moved.v1"
	InvitationChanged  = "matchday.invitation.changed.v1" // the day changed for this learner
	InvitationReturned = "matchday.invitation.returned.v1"
	InvitationReminded = "matchday.invitation.reminded.v1"
	InvitationAttended = "matchday.invitation.attendance.v1"
	InvitationOutcome  = "matchday.invitation.outcome.v1"
	InvitationRecalled = "matchday.invitation.withdrawn.v1"
	BookingChanged     = "matchday.booking.changed.v1"
	WishesAsked        = "matchday.wishes.asked.v1"
	WishesStated       = "matchday.wishes.stated.v1"
	WishesAnswered     = "matchday.wishes.answered.v1"
	EmployerVerified   = "matchday.employer.verified.v1"
	EmployerSuspended  = "matchday.employer.suspended.v1" // verified no more
	TokenCreated       = "matchday.token.created.v1"
	TokenRevoked       = "matchday.token.revoked.v1"
	FeedRevoked        = "matchday.feed.revoked.v1"
)

// Fact is one message of the log: its entity's whole new state and what happened to it.
type Fact struct {
	Seq     uint64    // log position, from 1; the ETag of the entity
	Subject string    // fact.<kind>.<ref>…
	ID      string    // ce-id
	Type    string    // ce-type
	Source  string    // ce-source: the role that published
	Time    time.Time // ce-time
	Data    json.RawMessage

	shared *shared // nil when every World decodes for itself
}

// Kind returns the fact's kind, or "" when the subject is not one of a fact.
func (f Fact) Kind() Kind {
	rest, ok := strings.CutPrefix(f.Subject, "fact.")
	if !ok {
		return ""
	}
	kind, _, _ := strings.Cut(rest, ".")
	return Kind(kind)
}

// Ref returns the last token of the subject.
func (f Fact) Ref() Ref { return Ref(f.Subject[strings.LastIndexByte(f.Subject, '.')+1:]) }

// Taxonomy records that a release of a taxonomy was loaded; Blob names its concepts.
type Taxonomy struct {
	Name    string `json:"name"`    // short name: esco, onet, own
	Release string `json:"release"` // the publisher's version, or the date of import
	Blob    string `json:"blob"`    // SHA-256 of the concepts' JSON Lines, in hex
	Skills  int    `json:"skills"`
	Labels  int    `json:"labels"`
}

// Validate checks the name, which stands in a subject, and the release.
func (t Taxonomy) Validate() error {
	const letters, capitals, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	if !plainWord(t.Name, 40, letters+digits, "_-") {
		return Invalidf("name", "is not a short name").Mend("use 1 to 40 of a-z 0-9 _ -, beginning with a letter or a digit")
	}
	if !plainWord(t.Release, 64, letters+capitals+digits, "._+:-") {
		return Invalidf("release", "is not a version").Mend("use 1 to 64 of A-Z a-z 0-9 . _ + : -, beginning with a letter or a digit")
	}
	return nil
}

// plainWord reports whether s has 1 to most bytes, the first of them among begin and the others among begin and more.
func plainWord(s string, most int, begin, more string) bool {
	return s != "" && len(s) <= most && strings.Contains(begin, s[:1]) && strings.Trim(s, begin+more) == ""
}

// Rarity records that a rarity table was frozen; Blob names it.
type Rarity struct {
	Blob     string `json:"blob"`     // SHA-256 of the table's JSON, in hex
	Openings int    `json:"openings"` // how many openings it counts
	Position uint64 `json:"position"` // log position that it counts up to
}
