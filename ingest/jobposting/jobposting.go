package jobposting

import (
	"html"
	"strings"
	"time"

	"matchday/hiring"
)

// Is reports whether a parsed JSON object calls itself a JobPosting.
func Is(doc map[string]any) bool {
	for _, t := range list(doc["@type"]) {
		if s, ok := t.(string); ok && local(s) == "JobPosting" {
			return true
		}
	}
	return false
}

// Decode turns a JobPosting, as native.Parse read it, into the native form of an opening. ignored counts its properties that mean
// nothing here. An error is a [hiring.Error] that names the property and never repeats its value.
func Decode(doc map[string]any) (native map[string]any, ignored int, err error) {
	if !Is(doc) {
		return nil, 0, hiring.Invalidf("@type", "is not JobPosting")
	}
	p := posting{node: flatten(doc), out: map[string]any{}}
	p.words()
	p.skills()
	p.location()
	for _, step := range []func() error{p.employer, p.salary, p.dates} {
		if err := step(); err != nil {
			return nil, 0, err
		}
	}
	p.education()
	p.out["id"] = p.identity()
	for name := range p.node {
		if !strings.HasPrefix(name, "@") && !meant[name] {
			p.ignored++
		}
	}
	return p.out, p.ignored, nil
}

// meant are the properties that Decode reads.
var meant = map[string]bool{
	"title": true, "name": true, "description": true, "responsibilities": true, "qualifications": true, "hiringOrganization": true,
	"baseSalary": true, "salaryCurrency": true, "datePosted": true, "validThrough": true, "jobLocation": true, "jobLocationType": true,
	"applicantLocationRequirements": true, "employmentType": true, "workHours": true, "skills": true, "educationRequirements": true,
	"experienceInPlaceOfEducation": true, "identifier": true, "url": true,
}

type posting struct {
	node    map[string]any
	out     map[string]any
	ignored int
}

// set fills a field of the native form, unless there is nothing to say.
func (p *posting) set(field, text string) {
	if text != "" {
		p.out[field] = text
	}
}

func (p *posting) words() {
	title := text(p.node["title"])
	if title == "" {
		title = text(p.node["name"])
	}
	p.set("title", strings.Join(strings.Fields(plain(title)), " "))
	var paragraphs []string
	for _, name := range []string{"description", "responsibilities", "qualifications"} {
		for _, v := range list(p.node[name]) {
			if t := plain(text(v)); t != "" {
				paragraphs = append(paragraphs, t)
			}
		}
	}
	p.set("text", strings.Join(paragraphs, "\n\n"))
	var types []string
	for _, v := range list(p.node["employmentType"]) {
		if t := strings.TrimSpace(text(v)); t != "" {
			types = append(types, strings.ToLower(strings.NewReplacer("_", "-", "https://schema.org/", "").Replace(t)))
		}
	}
	p.set("contract", strings.Join(types, ", "))
	if hours := plain(text(p.node["workHours"])); len(hours) <= 100 {
		p.set("shift", hours)
	} else {
		p.ignored++
	}
}

func (p *posting) employer() error {
	org := first(p.node["hiringOrganization"])
	name := text(org)
	if m, ok := org.(map[string]any); ok {
		m = flatten(m)
		for _, key := range []string{"name", "legalName", "alternateName"} {
			if name = text(m[key]); name != "" {
				break
			}
		}
	}
	name = strings.Join(strings.Fields(html.UnescapeString(name)), " ")
	if name == "" {
		return hiring.Invalidf("hiringOrganization.name", "is missing")
	}
	p.set("employer", name)
	return nil
}

// dateForms are the writings of ISO 8601 that postings use beside RFC 3339; without a zone they are read as UTC.
var dateForms = []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05"}

func (p *posting) dates() error {
	for _, d := range []struct{ property, field string }{{"datePosted", "validFrom"}, {"validThrough", "validThrough"}} {
		said := strings.TrimSpace(text(p.node[d.property]))
		if said == "" {
			continue
		}
		form, t := "", time.Time{}
		for _, f := range dateForms {
			if parsed, err := time.Parse(f, said); err == nil {
				form, t = f, parsed
				break
			}
		}
		switch form {
		case "":
			return hiring.Invalidf(d.property, "is not a date").Mend("write ISO 8601, as in 2027-03-01T18:00:00Z")
		case time.DateOnly: // the native form knows which end of the day is meant
			p.out[d.field] = said
		default:
			p.out[d.field] = t.UTC().Format(time.RFC3339)
		}
	}
	return nil
}
