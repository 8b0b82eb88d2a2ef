package native

import (
	"strings"

	"matchday/hiring"
)

// place reads a place: an object, or its name alone.
func (o *object) place(name string) *hiring.Place {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	if s, ok := v.(string); ok {
		return &hiring.Place{Name: s}
	}
	c := o.sub("a place", join(o.path, name), v)
	if c == nil {
		return nil
	}
	p := &hiring.Place{Name: c.text("name"), Country: c.text("country")}
	if n, ok := c.number("lat"); ok {
		p.Lat = &n
	}
	if n, ok := c.number("lon"); ok {
		p.Lon = &n
	}
	_ = c.done()
	return p
}

// Period guesses what an amount of US dollars is paid for: an hour below 500, a month below 15,000, and a year from there on. Nobody's
// pay by the month looks like pay by the hour.
func Period(n float64) string {
	switch {
	case n < 500:
		return "hour"
	case n < 15_000:
		return "month"
	}
	return "year"
}

// pay reads a range of pay. A bare number is taken as US dollars for its [Period].
func (o *object) pay(name string) *hiring.Pay {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	if n, ok := numberOf(v); ok {
		return &hiring.Pay{Min: n, Currency: "USD", Per: Period(n)}
	}
	if _, ok := v.(string); ok {
		o.fail(join(o.path, name), "is not an amount of money")
		return nil
	}
	c := o.sub("pay", join(o.path, name), v)
	if c == nil {
		return nil
	}
	p := &hiring.Pay{Currency: c.text("currency"), Per: c.text("per")}
	if n, ok := c.number("min"); ok {
		p.Min = n
	} else {
		c.fail(join(c.path, "min"), "is missing")
	}
	if n, ok := c.number("max"); ok {
		p.Max = &n
	}
	_ = c.done()
	return p
}

// contact reads an object, or one text: a mail address when it holds an @, else a phone number.
func (o *object) contact(name string) hiring.Contact {
	v, ok := o.get(name)
	if !ok {
		return hiring.Contact{}
	}
	if s, ok := v.(string); ok {
		if strings.Contains(s, "@") {
			return hiring.Contact{Email: s}
		}
		return hiring.Contact{Phone: s}
	}
	c := o.sub("a contact", join(o.path, name), v)
	if c == nil {
		return hiring.Contact{}
	}
	contact := hiring.Contact{Email: c.text("email"), Phone: c.text("phone")}
	_ = c.done()
	return contact
}

// skills reads a list of skills. read fills what the form has beside "skill" and "name".
func skills[S any](o *object, name string, read func(c *object, said hiring.SkillRef) S) []S {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	path := join(o.path, name)
	list, ok := v.([]any)
	if !ok {
		o.fail(path, "is not a list")
		return nil
	}
	if len(list) > hiring.MaxSkills {
		*o.err = hiring.Invalidf(path, "holds %d skills", len(list)).Mend("at most 200 are allowed")
		return nil
	}
	out := make([]S, 0, len(list))
	for i, v := range list {
		c := &object{path: at(path, i), err: o.err}
		if s, ok := v.(string); ok {
			c.fields = map[string]any{"name": s}
		} else if c = o.sub("a skill", c.path, v); c == nil {
			return nil
		}
		c.of = "a skill"
		said := c.mention()
		out = append(out, read(c, said))
		if c.done() != nil {
			return nil
		}
	}
	return out
}

// mention reads what an entry of a skill list calls its skill. What the API shows of a skill may be sent back: words that a taxonomy
// resolved ("by") are resolved again.
func (o *object) mention() hiring.SkillRef {
	id, words := strings.TrimSpace(o.text("skill")), strings.TrimSpace(o.text("name"))
	if said := strings.TrimSpace(o.text("said")); said != "" {
		words = said
	}
	if by := o.text("by"); by != "" && words != "" {
		id = ""
	}
	switch {
	case id == "" && words == "" && *o.err == nil:
		*o.err = hiring.Invalidf(join(o.path, "skill"), "is missing").Mend(`give "skill" (an id) or "name"`)
	case len(id) > 300:
		o.fail(join(o.path, "skill"), "is longer than 300 bytes")
	case len(words) > 1200 || len([]rune(words)) > 300:
		o.fail(join(o.path, "name"), "is longer than 300 characters")
	}
	return hiring.SkillRef{Skill: hiring.SkillID(id), Said: words}
}
