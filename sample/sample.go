// Package sample is the world that the demo shows: skills with names in English and Spanish, programmes, openings of invented
// employers, generated learners and three days. Everything in it was written for this project; programmes of real providers
// are named, their contents are illustrations.
//
// The same clock reading and number of learners give the same world, byte for byte.
package sample

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"matchday/hiring"
)

//go:embed *.txt
var files embed.FS

// World is the sample world as imports take it: JSON Lines in the forms of docs/interchange.md.
type World struct {
	Skills, Programmes, Openings, Learners []byte
	// Days are drafts: nobody is invited until they are opened.
	Days  []hiring.DayPlan
	Story Story
}

// Story is the learner whom the demo follows.
type Story struct {
	Learner   hiring.LearnerID
	Name      string
	Programme hiring.ProgrammeID // completed in the course of the story
	Day       hiring.DayID       // on which the learner is invited
}

// Make builds the world as of now, with so many generated learners beside the one of the story.
func Make(now time.Time, learners int) (World, error) {
	s, err := read()
	if err != nil {
		return World{}, fmt.Errorf("reading the sample world: %w", err)
	}
	return World{
		Skills:     lines(s.concepts()),
		Programmes: lines(s.programmes),
		Openings:   lines(s.openings(now)),
		Learners:   lines(append([]any{lupe()}, s.learners(learners)...)),
		Days:       s.days(now),
		Story:      Story{Learner: "lupe-herrera", Name: "Lupe Herrera", Programme: "google/it-support", Day: "copperline/it-day"},
	}, nil
}

// source is the parsed text files.
type source struct {
	groups     []group
	skills     []skill
	programmes []any
	teaches    []programme
	employers  map[string]employer
	order      []string // employers as listed
	roles      map[string]role
	titles     []string // of roles as listed
	posts      [][]string
}

type group struct{ en, es string }

type skill struct {
	en, es, group string
	altEn, altEs  []string
}

type programme struct {
	id     string
	skills []string
}

type employer struct {
	name, place, country, zone string
	lat, lon                   float64
}

type role struct {
	title    string
	low, top float64 // USD an hour
	skills   []requirement
}

type requirement struct {
	Name  string `json:"name"`
	Need  string `json:"need"`
	Must  bool   `json:"must,omitempty"`
	Level int    `json:"level,omitempty"`
}

// read parses every file; a malformed line is an error that names it.
func read() (*source, error) {
	s := &source{employers: map[string]employer{}, roles: map[string]role{}}
	for _, f := range []struct {
		name    string
		columns int
		take    func([]string) error
	}{
		{"skills.txt", 4, s.takeSkill},
		{"employers.txt", 6, s.takeEmployer},
		{"roles.txt", 5, s.takeRole},
		{"openings.txt", 8, func(row []string) error { s.posts = append(s.posts, row); return nil }},
	} {
		if err := rows(f.name, f.columns, f.take); err != nil {
			return nil, err
		}
	}
	return s, s.readProgrammes()
}

// rows hands each line of a file to take, cut at the bars; headings of skills come as one column.
func rows(name string, columns int, take func([]string) error) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if len(row) != columns && !strings.HasPrefix(line, "==") {
			return fmt.Errorf("%s:%d has %d columns, not %d", name, n+1, len(row), columns)
		}
		if err := take(row); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
	}
	return nil
}

func (s *source) takeSkill(row []string) error {
	if heading, ok := strings.CutPrefix(row[0], "== "); ok {
		s.groups = append(s.groups, group{heading, row[1]})
		return nil
	}
	s.skills = append(s.skills, skill{en: row[0], es: row[1], group: s.groups[len(s.groups)-1].en, altEn: names(row[2]), altEs: names(row[3])})
	return nil
}

func (s *source) takeEmployer(row []string) error {
	lat, errLat := strconv.ParseFloat(row[3], 64)
	lon, errLon := strconv.ParseFloat(row[4], 64)
	if errLat != nil || errLon != nil {
		return fmt.Errorf("the coordinates are not numbers")
	}
	s.employers[row[0]] = employer{name: row[0], place: row[1], country: row[2], zone: row[5], lat: lat, lon: lon}
	s.order = append(s.order, row[0])
	return nil
}

func (s *source) takeRole(row []string) error {
	r := role{title: row[0]}
	if _, err := fmt.Sscan(row[1], &r.low, &r.top); err != nil {
		return fmt.Errorf("the pay is not two numbers: %w", err)
	}
	for i, need := range []hiring.Need{hiring.Essential, hiring.Optional, hiring.Trainable} {
		for _, text := range strings.Split(row[2+i], ", ") {
			name, must := strings.CutPrefix(text, "!")
			name, level := levelled(name)
			r.skills = append(r.skills, requirement{Name: name, Need: string(need), Must: must, Level: level})
		}
	}
	s.roles[r.title], s.titles = r, append(s.titles, r.title)
	return nil
}

var levelAtEnd = regexp.MustCompile(`^(.*)/([1-5])$`)

// levelled cuts the level off a skill's name; "TCP/IP" has none.
func levelled(text string) (name string, level int) {
	if m := levelAtEnd.FindStringSubmatch(text); m != nil {
		return m[1], int(m[2][0] - '0')
	}
	return text, 0
}

// names cuts a list of further names; "-" stands for none.
func names(cell string) []string {
	if cell == "-" {
		return nil
	}
	return strings.Split(cell, "; ")
}

// readProgrammes parses the blocks of programmes.txt into import lines.
func (s *source) readProgrammes() error {
	text, err := files.ReadFile("programmes.txt")
	if err != nil {
		return err
	}
	for _, block := range strings.Split(string(text), "\n\n")[1:] {
		line, p := map[string]any{}, programme{}
		for _, field := range strings.Split(strings.TrimSpace(block), "\n") {
			key, value, ok := strings.Cut(field, ": ")
			if !ok {
				return fmt.Errorf("programmes.txt: %q is not field: value", field)
			}
			switch key {
			case "price":
				var m hiring.Money
				if _, err := fmt.Sscan(value, &m.Amount, &m.Currency); err != nil {
					return fmt.Errorf("programmes.txt: price %q: %w", value, err)
				}
				line[key] = m
			case "months", "hours":
				n, err := strconv.Atoi(value)
				if err != nil {
					return fmt.Errorf("programmes.txt: %s %q is not a number", key, value)
				}
				line[key] = n
			case "skills":
				var list []map[string]any
				for _, text := range strings.Split(value, ", ") {
					name, level := levelled(text)
					entry := map[string]any{"name": name}
					if level > 0 {
						entry["level"] = level
					}
					list, p.skills = append(list, entry), append(p.skills, name)
				}
				line[key] = list
			default:
				line[key] = value
			}
		}
		p.id, _ = line["id"].(string)
		s.programmes, s.teaches = append(s.programmes, line), append(s.teaches, p)
	}
	return nil
}

// lines renders values as JSON Lines.
func lines(values []any) []byte {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	for _, v := range values {
		if err := out.Encode(v); err != nil {
			panic(err) // only maps, strings and numbers are encoded
		}
	}
	return b.Bytes()
}
