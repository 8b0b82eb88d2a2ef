package hiring

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// Learner is a person who earned credentials or skills at work and may be invited. What names or reaches the person is in
// Sealed only.
type Learner struct {
	ID  LearnerID  `json:"id"`
	Ref LearnerRef `json:"ref"`
	// Skills are those that the learner declares or used at work; those of credentials come from Claims and credential facts.
	Skills []HeldSkill `json:"skills,omitempty"`
	// Claims are the credentials named in the learner's own record.
	Claims       []Claim  `json:"credentials,omitempty"`
	Place        *Place   `json:"place,omitempty"`
	Modes        []Mode   `json:"modes,omitempty"`
	Availability string   `json:"availability,omitempty"`
	PayFloor     *Pay     `json:"payFloor,omitempty"`
	WorkIn       []string `json:"workIn,omitempty"`    // countries the learner may work in
	Languages    []string `json:"languages,omitempty"` // BCP 47, preferred first
	// Visible is the learner's consent to be shown, by pseudonym, to employers.
	Visible bool `json:"visible"`
	// Decided says that the learner, or the operator on their word, set Visible; an import changes it no more.
	Decided bool `json:"decided,omitempty"`
	// RegisteredBy is who took the learner in; it may update the record.
	RegisteredBy Actor `json:"registeredBy,omitzero"`
	// Sealed is the person's [Personal], encrypted with the key of this person; see package vault.
	Sealed []byte `json:"sealed,omitempty"`
	// Digest is a keyed hash of the whole record with Personal in clear, so that the same line imported twice is known as such.
	Digest string `json:"digest,omitempty"`
	// Erased marks the tombstone: nothing else but Ref is set.
	Erased bool `json:"erased,omitempty"`
}

// Personal is what names or reaches a person. It is stored sealed and leaves the system only to those who may see it.
type Personal struct {
	Name    string  `json:"name,omitempty"`
	Contact Contact `json:"contact,omitzero"`
	Text    string  `json:"text,omitempty"`
}

// Contact is how to reach a person.
type Contact struct {
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Validate checks a personal record's sizes and characters.
func (p Personal) Validate() error {
	for _, f := range []struct {
		field, text string
		limit       int
	}{
		{"name", p.Name, 200},
		{"contact.email", p.Contact.Email, 254},
		{"contact.phone", p.Contact.Phone, 40},
		{"text", p.Text, MaxText},
	} {
		if err := validText(f.field, f.text, f.limit, false); err != nil {
			return err
		}
	}
	return p.Contact.validate()
}

// validate refuses what no mail and no call can reach. It does not ask whether somebody is there.
func (c Contact) validate() error {
	if c.Email != "" {
		a, err := mail.ParseAddress(c.Email)
		if err != nil || a.Address != c.Email || !strings.Contains(c.Email, "@") { // "Ana <ana@x.example>" is a header, not an address
			return Invalidf("contact.email", "is not a mail address").Mend("write it as in ana@example.org")
		}
	}
	if c.Phone != "" && (!strings.ContainsFunc(c.Phone, unicode.IsDigit) || strings.Contains(c.Phone, "@")) { // letters are: 1-800-FLOWERS
		return Invalidf("contact.phone", "is not a phone number").Mend("write digits, as in +1 313 555 0100")
	}
	return nil
}

// MaxText bounds free text (a posting, a CV) in characters.
const MaxText = 50_000

// Claim is a credential as a learner's record names it: by programme, or by name and issuer.
type Claim struct {
	Programme ProgrammeID  `json:"programme,omitempty"`
	Name      string       `json:"name,omitempty"`
	Issuer    ProviderName `json:"issuer,omitempty"`
	Date      *time.Time   `json:"date,omitempty"`
	Expires   *time.Time   `json:"expires,omitempty"`
	// SelfNamed marks a claim that the learner added to the record of their registrar: it proves no more than their word.
	SelfNamed bool `json:"selfNamed,omitempty"`
}

// Validate checks one claim.
func (c Claim) Validate() error {
	if c.Programme == "" && c.Name == "" {
		return Invalidf("programme", "is missing").Mend(`give "programme" (an id) or "name"`)
	}
	if c.Programme != "" {
		if err := ValidID("programme", string(c.Programme)); err != nil {
			return err
		}
	}
	if err := validText("name", c.Name, 300, false); err != nil {
		return err
	}
	if err := validText("issuer", string(c.Issuer), 200, false); err != nil {
		return err
	}
	if c.Date != nil && c.Expires != nil && c.Expires.Before(*c.Date) {
		return Invalidf("expires", "is before date")
	}
	return nil
}

// Validate checks a learner's record; Personal is checked before it is sealed.
func (l Learner) Validate() error {
	if l.Erased {
		return nil
	}
	if err := ValidID("id", string(l.ID)); err != nil {
		return err
	}
	if err := validSkills("skills", l.Skills, func(s HeldSkill) SkillID { return s.Skill }); err != nil {
		return err
	}
	if len(l.Claims) > MaxSkills {
		return Invalidf("credentials", "holds %d entries", len(l.Claims)).Mend(fmt.Sprintf("at most %d are allowed", MaxSkills))
	}
	for i, c := range l.Claims {
		if err := c.Validate(); err != nil {
			return within(fmt.Sprintf("credentials[%d]", i), err)
		}
	}
	if l.Place != nil {
		if err := l.Place.Validate(); err != nil {
			return within("place", err)
		}
	}
	for i, m := range l.Modes {
		if err := m.validate(); err != nil {
			return within(fmt.Sprintf("modes[%d]", i), err)
		}
	}
	if l.PayFloor != nil {
		if err := l.PayFloor.Validate(); err != nil {
			return within("payFloor", err)
		}
	}
	if err := validText("availability", l.Availability, 200, false); err != nil {
		return err
	}
	return validWords("workIn", l.WorkIn, "languages", l.Languages)
}

// validWords checks short lists of short words, given as alternating field names and lists.
func validWords(fieldsAndLists ...any) error {
	for i := 0; i < len(fieldsAndLists); i += 2 {
		field, list := fieldsAndLists[i].(string), fieldsAndLists[i+1].([]string)
		if len(list) > 50 {
			return Invalidf(field, "holds %d entries", len(list)).Mend("at most 50 are allowed")
		}
		for j, w := range list {
			if err := validText(fmt.Sprintf("%s[%d]", field, j), w, 100, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// Credential is something a learner earned, as it reached Matchday by itself: a provider's completion record or a badge.
type Credential struct {
	ID      CredentialID `json:"id"`
	Learner LearnerRef   `json:"learner"`
	// Programme joins the credential to the skills that the programme teaches; it may be unknown still, and joins later.
	Programme ProgrammeID  `json:"programme,omitempty"`
	Name      string       `json:"name,omitempty"`
	Issuer    ProviderName `json:"issuer,omitempty"`
	// Skills that the credential itself certifies, beside those of its programme.
	Skills  []TaughtSkill `json:"skills,omitempty"`
	Date    *time.Time    `json:"date,omitempty"`
	Expires *time.Time    `json:"expires,omitempty"`
	// Proof is how far the credential was verified when it was taken in.
	Proof Proof `json:"proof"`
	// RecordedBy is who sent it.
	RecordedBy Actor `json:"recordedBy"`
	// Revoked marks a credential that counts no more.
	Revoked bool `json:"revoked,omitempty"`
}

// Validate checks a credential.
func (c Credential) Validate() error {
	if c.ID == "" || c.Learner == "" {
		return Invalidf("learner", "is missing")
	}
	switch c.Proof {
	case ProofVerified, ProofRecorded, ProofClaimed:
	default:
		return Invalidf("proof", "is not one of verified, recorded, claimed")
	}
	claim := Claim{Programme: c.Programme, Name: c.Name, Issuer: c.Issuer, Date: c.Date, Expires: c.Expires}
	if err := claim.Validate(); err != nil {
		return err
	}
	return validSkills("skills", c.Skills, func(s TaughtSkill) SkillID { return s.Skill })
}

// Proof says how a skill is backed. The order of the constants is from strongest to weakest.
type Proof string

// The proofs a skill can have.
const (
	ProofVerified Proof = "verified" // a credential whose signature or host was checked, from a known issuer
	ProofRecorded Proof = "recorded" // a completion that the programme's provider or the operator recorded
	ProofClaimed  Proof = "claimed"  // a credential that only the learner names
	ProofWork     Proof = "work"     // used at work, by the learner's word
	ProofSelf     Proof = "self"     // declared
)

// Proofs lists every proof, strongest first.
var Proofs = [...]Proof{ProofVerified, ProofRecorded, ProofClaimed, ProofWork, ProofSelf}

// Programme is what a provider offers.
type Programme struct {
	ID         ProgrammeID   `json:"id"`
	Name       string        `json:"name"`
	Provider   ProviderName  `json:"provider"`
	Skills     []TaughtSkill `json:"skills,omitempty"`
	Price      *Money        `json:"price,omitempty"`
	Months     float64       `json:"months,omitempty"`
	Hours      float64       `json:"hours,omitempty"`
	Credit     string        `json:"credit,omitempty"` // academic credit in the provider's words, as in "12 ECTS"
	StacksInto []string      `json:"stacksInto,omitempty"`
	Starts     []time.Time   `json:"starts,omitempty"`
	EnrolBy    *time.Time    `json:"enrolBy,omitempty"`
	Language   string        `json:"language,omitempty"` // BCP 47
	URL        string        `json:"url,omitempty"`
	Withdrawn  bool          `json:"withdrawn,omitempty"`
}

// Validate checks a programme.
func (p Programme) Validate() error {
	if err := ValidID("id", string(p.ID)); err != nil {
		return err
	}
	if err := validText("name", p.Name, 300, true); err != nil {
		return err
	}
	if err := validText("provider", string(p.Provider), 200, true); err != nil {
		return err
	}
	if p.Price != nil {
		if err := p.Price.Validate(); err != nil {
			return within("price", err)
		}
	}
	if !(p.Months >= 0 && p.Months <= 240) {
		return Invalidf("months", "is outside 0 to 240")
	}
	if !(p.Hours >= 0 && p.Hours <= 50_000) {
		return Invalidf("hours", "is outside 0 to 50,000")
	}
	if len(p.Starts) > 100 {
		return Invalidf("starts", "holds more than 100 dates")
	}
	if err := validText("credit", p.Credit, 200, false); err != nil {
		return err
	}
	if err := validText("language", p.Language, 35, false); err != nil {
		return err
	}
	if err := validURL("url", p.URL); err != nil {
		return err
	}
	if err := validWords("stacksInto", p.StacksInto); err != nil {
		return err
	}
	return validSkills("skills", p.Skills, func(s TaughtSkill) SkillID { return s.Skill })
}
