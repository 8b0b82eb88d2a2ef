package native

import (
	"strings"
	"time"

	"matchday/hiring"
)

// Learner is a learner's record as it was sent.
type Learner struct {
	hiring.Learner
	Personal hiring.Personal
	// Visible is nil when the record does not say.
	Visible *bool
}

// Completion is a provider's word that a learner finished a programme, named by its id, or by its name and provider.
type Completion struct {
	Learner   hiring.LearnerID
	Programme hiring.ProgrammeID
	Name      string
	Issuer    hiring.ProviderName
	Date      *time.Time
}

// DecodeOpening reads an opening. Its skills are not resolved yet, so Opening.Validate is the caller's to call after that. A skill
// without "need" is essential.
func DecodeOpening(doc map[string]any) (hiring.Opening, error) {
	o := newObject("an opening", doc)
	v := hiring.Opening{
		ID:           hiring.OpeningID(o.id("id", true)),
		Title:        o.text("title"),
		Employer:     hiring.EmployerName(o.text("employer")),
		Text:         o.text("text"),
		Skills:       skills(o, "skills", requirement),
		Degree:       hiring.Degree(o.text("degree")),
		Place:        o.place("place"),
		Mode:         hiring.Mode(o.text("mode")),
		Contract:     o.text("contract"),
		Shift:        o.text("shift"),
		Pay:          o.pay("pay"),
		ValidFrom:    o.instant("validFrom", begin),
		ValidThrough: o.instant("validThrough", end),
	}
	v.Bar, _ = o.number("bar")
	return v, o.done()
}

func requirement(c *object, said hiring.SkillRef) hiring.Requirement {
	r := hiring.Requirement{SkillRef: said, Need: hiring.Need(c.text("need")), Level: c.level("level")}
	switch r.Need {
	case "":
		r.Need = hiring.Essential
	case hiring.Essential, hiring.Optional, hiring.Trainable:
	default:
		c.fail(join(c.path, "need"), "is not one of essential, optional, trainable")
	}
	if must := c.flag("must"); must != nil {
		r.Must = *must
	}
	if n, ok := c.number("weight"); ok {
		if n < 0 || n > 10 {
			c.fail(join(c.path, "weight"), "is outside 0 to 10")
		}
		r.Weight = &n
	}
	return r
}

// DecodeLearner reads a learner. Skills are not resolved yet; Personal is checked.
func DecodeLearner(doc map[string]any) (Learner, error) {
	o := newObject("a learner", doc)
	v := Learner{
		Learner: hiring.Learner{
			ID:           hiring.LearnerID(o.id("id", true)),
			Skills:       skills(o, "skills", held),
			Claims:       o.claims("credentials"),
			Place:        o.place("place"),
			Availability: strings.Join(o.words("availability"), ", "),
			PayFloor:     o.pay("payFloor"),
			WorkIn:       o.words("workIn"),
			Languages:    o.words("languages"),
		},
		Personal: hiring.Personal{Name: o.text("name"), Contact: o.contact("contact"), Text: o.text("text")},
		Visible:  o.flag("visible"),
	}
	for _, m := range o.words("modes") {
		v.Modes = append(v.Modes, hiring.Mode(m))
	}
	if err := o.done(); err != nil {
		return v, err
	}
	return v, v.Personal.Validate()
}

func held(c *object, said hiring.SkillRef) hiring.HeldSkill {
	h := hiring.HeldSkill{SkillRef: said, Level: c.level("level"), From: c.text("from")}
	if h.From != "" && h.From != "self" && h.From != "work" {
		c.fail(join(c.path, "from"), "is not one of self, work")
	}
	return h
}

// claims reads the credentials of a learner's record; a plain text is a credential's name.
func (o *object) claims(name string) []hiring.Claim {
	var claims []hiring.Claim
	for i, v := range o.list(name) {
		if s, ok := v.(string); ok {
			claims = append(claims, hiring.Claim{Name: strings.TrimSpace(s)})
			continue
		}
		c := o.sub("a credential", at(join(o.path, name), i), v)
		if c == nil {
			return nil
		}
		claims = append(claims, hiring.Claim{
			Programme: hiring.ProgrammeID(c.id("programme", false)),
			Name:      c.text("name"),
			Issuer:    hiring.ProviderName(c.text("issuer")),
			Date:      c.instant("date", begin),
			Expires:   c.instant("expires", end),
		})
		if c.done() != nil {
			return nil
		}
	}
	return claims
}

// DecodeProgramme reads a programme. Skills are not resolved yet.
func DecodeProgramme(doc map[string]any) (hiring.Programme, error) {
	o := newObject("a programme", doc)
	v := hiring.Programme{
		ID:         hiring.ProgrammeID(o.id("id", true)),
		Name:       o.text("name"),
		Provider:   hiring.ProviderName(o.text("provider")),
		Skills:     skills(o, "skills", taught),
		Price:      o.price("price"),
		Credit:     o.textOrNumber("credit"),
		StacksInto: o.words("stacksInto"),
		EnrolBy:    o.instant("enrolBy", end),
		Language:   o.text("language"),
		URL:        o.text("url"),
	}
	v.Months, _ = o.number("months")
	v.Hours, _ = o.number("hours")
	for i, d := range o.list("starts") {
		if t := o.time(at("starts", i), d, begin); t != nil {
			v.Starts = append(v.Starts, *t)
		}
	}
	return v, o.done()
}

func taught(c *object, said hiring.SkillRef) hiring.TaughtSkill {
	return hiring.TaughtSkill{SkillRef: said, Level: c.level("level")}
}

// DecodeCompletion reads a completion.
func DecodeCompletion(doc map[string]any) (Completion, error) {
	o := newObject("a completion", doc)
	v := Completion{
		Learner:   hiring.LearnerID(o.id("learner", true)),
		Programme: hiring.ProgrammeID(o.id("programme", false)),
		Name:      strings.TrimSpace(o.text("name")),
		Issuer:    hiring.ProviderName(strings.TrimSpace(o.text("issuer"))),
		Date:      o.instant("date", begin),
	}
	switch {
	case v.Programme == "" && v.Name == "" && *o.err == nil:
		*o.err = hiring.Invalidf("programme", "is missing").Mend(`give "programme" (an id) or "name"`)
	case v.Programme != "": // the id says it all; the rest is for people
		v.Name, v.Issuer = "", ""
	}
	return v, o.done()
}
