package sample

import (
	"fmt"
	"strings"
	"time"

	"matchday/hiring"
)

var slugger = strings.NewReplacer(" ", "-", "/", "-", ",", "", ".", "", "(", "", ")", "", "&", "and", "#", "-sharp", "+", "p", "á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "'", "")

// slug makes an id part of a name.
func slug(name string) string { return slugger.Replace(strings.ToLower(name)) }

func skillID(name string) string { return "sample:" + slug(name) }

// concepts renders skills and their groups in the form that taxonomies are loaded in.
func (s *source) concepts() []any {
	var list []any
	for _, g := range s.groups {
		list = append(list, map[string]any{"id": skillID("group " + g.en), "name": g.en, "kind": "group", "labels": map[string]string{"en": g.en, "es": g.es}})
	}
	for _, k := range s.skills {
		concept := map[string]any{
			"id": skillID(k.en), "name": k.en, "kind": "skill", "labels": map[string]string{"en": k.en, "es": k.es},
			"broader": []string{skillID("group " + k.group)},
		}
		alt := map[string][]string{}
		if k.altEn != nil {
			alt["en"] = k.altEn
		}
		if k.altEs != nil {
			alt["es"] = k.altEs
		}
		if len(alt) > 0 {
			concept["alt"] = alt
		}
		list = append(list, concept)
	}
	return list
}

// openings renders each post, open from now for its number of days.
func (s *source) openings(now time.Time) []any {
	var list []any
	taken := map[string]int{}
	for _, post := range s.posts {
		e, r := s.employers[post[0]], s.roles[post[1]]
		title := post[2]
		if title == "-" {
			title = r.title
		}
		var days int
		_, _ = fmt.Sscan(post[7], &days)
		id := slug(e.name) + "/" + slug(title)
		if taken[id]++; taken[id] > 1 {
			id = fmt.Sprintf("%s-%d", id, taken[id])
		}
		list = append(list, map[string]any{
			"id": id, "title": title, "employer": e.name, "text": describe(e, r, title, post), "skills": r.skills, "degree": post[6],
			"place": e.where(), "mode": post[3], "contract": post[4], "shift": post[5],
			"pay":          map[string]any{"min": r.low, "max": r.top, "currency": "USD", "per": "hour"},
			"validThrough": now.AddDate(0, 0, days).UTC().Truncate(time.Second),
		})
	}
	return list
}

func (e employer) where() map[string]any {
	return map[string]any{"name": e.place, "country": e.country, "lat": e.lat, "lon": e.lon}
}

// describe writes the posting's text from what is known.
func describe(e employer, r role, title string, post []string) string {
	var essential, trainable []string
	for _, k := range r.skills {
		switch k.Need {
		case string(hiring.Essential):
			essential = append(essential, k.Name)
		case string(hiring.Trainable):
			trainable = append(trainable, k.Name)
		}
	}
	degree := map[string]string{
		"none": "No degree is needed.", "preferred": "A degree is welcome and not needed.", "required": "A degree is required.",
		"or-experience": "A degree or equivalent experience.",
	}[post[6]]
	return fmt.Sprintf("%s in %s is looking for a %s (%s, %s, %s shift). You bring %s. You will learn %s on the job. %s",
		e.name, e.place, title, post[3], post[4], post[5], strings.Join(essential, ", "), strings.Join(trainable, ", "), degree)
}

// days drafts two interview days and a workshop, three weeks ahead.
func (s *source) days(now time.Time) []hiring.DayPlan {
	return []hiring.DayPlan{
		s.day(now, 21, "copperline/it-day", "Copperline IT Services", "Interview day for IT support", hiring.Interviews, 0.45,
			hiring.SlotRun{Start: "T09:00", Minutes: 30, Gap: 10, Count: 6, Seats: 2}, "copperline-it-services/it-support-specialist", "copperline-it-services/help-desk-technician"),
		s.day(now, 23, "lakeshore/records-day", "Lakeshore Clinics", "Interview day for health records and front desk", hiring.Interviews, 0.4,
			hiring.SlotRun{Start: "T13:00", Minutes: 25, Gap: 5, Count: 4, Seats: 2}, "lakeshore-clinics/health-records-technician", "lakeshore-clinics/bilingual-clinic-receptionist"),
		s.day(now, 26, "bluefield/open-house", "Bluefield Batteries", "Open house: see the line, try the tools", hiring.Workshop, 0.2,
			hiring.SlotRun{Start: "T10:00", Minutes: 120, Gap: 60, Count: 2, Seats: 15}, "bluefield-batteries/battery-assembly-technician"),
	}
}

func (s *source) day(now time.Time, in int, id, name, title string, kind hiring.DayKind, bar float64, run hiring.SlotRun, openings ...hiring.OpeningID) hiring.DayPlan {
	e := s.employers[name]
	date := now.AddDate(0, 0, in)
	for date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
		date = date.AddDate(0, 0, 1)
	}
	run.Start = date.Format("2006-01-02") + run.Start
	lat, lon := e.lat, e.lon
	return hiring.DayPlan{
		ID: hiring.DayID(id), Employer: hiring.EmployerName(name), Title: title, Kind: kind, Zone: e.zone, Bar: bar, Run: &run, Openings: openings,
		Place:  &hiring.Place{Name: e.place, Country: e.country, Lat: &lat, Lon: &lon},
		Access: "Step-free entrance; tell the front desk that you come for Matchday.",
	}
}
