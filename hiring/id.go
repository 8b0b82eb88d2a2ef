package hiring

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Identifiers as their senders wrote them; see [ValidID] for the characters allowed.
type (
	// LearnerID is the id that a learner's registrar gave them.
	LearnerID string
	// OpeningID is the employer's id of an opening.
	OpeningID string
	// ProgrammeID is the provider's id of a programme.
	ProgrammeID string
	// CredentialID is the id of one earned credential.
	CredentialID string
	// DayID is the employer's id of an interview day.
	DayID string
	// SkillID identifies a skill: a taxonomy's identifier (a URI where it has one), or "text:" and the
	// normalised words where no loaded taxonomy knows them.
	SkillID string
	// EmployerName names an employer as openings and tokens write it; free text of 1 to 200 characters.
	EmployerName string
	// ProviderName names a provider of programmes; free text of 1 to 200 characters.
	ProviderName string
)

// Keyed hashes of ids, made by package vault: 26 characters of lower-case base32. They are safe in subjects and in
// facts about others, and mean nothing without the installation's secret.
type (
	// Ref is the keyed hash of any id.
	Ref string
	// LearnerRef is the keyed hash of a LearnerID.
	LearnerRef string
)

var idPattern = regexp.MustCompile(`^[A-Za-z0-9._:/#-]{1,200}$`)

// refPattern is what a [Ref] looks like.
var refPattern = regexp.MustCompile(`^[a-z2-7]{26}$`)

// ValidID returns nil when id is 1 to 200 characters of A–Z, a–z, 0–9 and . _ : / # -, and an [Error] of code
// [Invalid] naming field otherwise. The error does not repeat the id.
func ValidID(field, id string) error {
	if idPattern.MatchString(id) {
		return nil
	}
	if id == "" {
		return Invalidf(field, "is missing").Mend("give it 1 to 200 characters of A–Z a–z 0–9 . _ : / # -")
	}
	return Invalidf(field, "is not an id").Mend("use 1 to 200 characters of A–Z a–z 0–9 . _ : / # -")
}

// validText checks that text is UTF-8 without control characters other than newline and tab, at most limit characters, and
// not empty when required.
func validText(field, text string, limit int, required bool) error {
	if required && text == "" {
		return Invalidf(field, "is missing")
	}
	if !utf8.ValidString(text) {
		return Invalidf(field, "is not UTF-8 text")
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return Invalidf(field, "has %d characters", n).Mend(fmt.Sprintf("at most %d are allowed", limit))
	}
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return Invalidf(field, "holds a control character")
		}
	}
	return nil
}
