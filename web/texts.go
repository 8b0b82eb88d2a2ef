package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"matchday/hiring"
)

// pageLanguages are the languages of pages; the first is used where no other fits.
var pageLanguages = []string{"en", "es"}

// texts are the words of pages in one language, by key.
type texts struct {
	Lang  string
	words map[string]string
	// lists hold the names of weekdays (from Sunday) and months.
	weekdays, months []string
}

// readTexts loads page/<language>.json, and refuses a language that misses a word the first one has.
func readTexts() (map[string]texts, error) {
	all := map[string]texts{}
	for _, lang := range pageLanguages {
		t := texts{Lang: lang}
		for _, name := range []string{lang + ".json", "day." + lang + ".json"} { // the second are of the day itself
			b, err := pageFiles.ReadFile(path.Join("page", name))
			if err != nil {
				return nil, fmt.Errorf("reading the words of pages: %w", err)
			}
			if err := json.Unmarshal(b, &t.words); err != nil {
				return nil, fmt.Errorf("reading the words of pages in %s: %w", lang, err)
			}
		}
		t.weekdays, t.months = strings.Fields(t.words["weekdays"]), strings.Fields(t.words["months"])
		for key := range all[pageLanguages[0]].words {
			if t.words[key] == "" {
				return nil, fmt.Errorf("the words of pages in %s lack %q", lang, key)
			}
		}
		all[lang] = t
	}
	return all, nil
}

// Say returns the words of a key, with arguments filled in. An unknown key shows as itself.
func (t texts) Say(key string, args ...any) string {
	text, ok := t.words[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Count returns the words for a number of things: key.one or key.other.
func (t texts) Count(key string, n int) string {
	if n == 1 {
		return t.Say(key + ".one")
	}
	return t.Say(key+".other", n)
}

// Date writes a day, as in "Tuesday 2 March 2027".
func (t texts) Date(at time.Time) string {
	return t.Say("date", t.weekdays[at.Weekday()], at.Day(), t.months[at.Month()-1], at.Year())
}

// Span writes a slot's hours, as in "09:30–10:00".
func (t texts) Span(from, to time.Time) string {
	return from.Format("15:04") + "–" + to.Format("15:04")
}

// Moment writes a day and time, as in "Tuesday 2 March 2027, 18:00".
func (t texts) Moment(at time.Time) string { return t.Date(at) + ", " + at.Format("15:04") }

// Zone names a zone for people: its city.
func (t texts) Zone(z *time.Location) string {
	name := z.String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return t.Say("zone", strings.ReplaceAll(name, "_", " "))
}

// Pay writes what an opening pays, as in "22–28 USD an hour".
func (t texts) Pay(p *hiring.Pay) string {
	out := message.NewPrinter(language.Make(t.Lang))
	amount := func(v float64) string {
		if v == float64(int64(v)) {
			return out.Sprint(int64(v))
		}
		return out.Sprintf("%.2f", v)
	}
	sum := amount(p.Min)
	if p.Max != nil && *p.Max != p.Min {
		sum += "–" + amount(*p.Max)
	}
	return t.Say("per."+p.Per, sum+" "+p.Currency)
}

// pick chooses the words of a page: by ?lang, then the languages given, then what the browser prefers.
func (t *site) pick(r *http.Request, preferred []string) texts {
	wanted := append([]string{r.URL.Query().Get("lang")}, preferred...)
	if tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")); err == nil {
		for _, tag := range tags {
			wanted = append(wanted, tag.String())
		}
	}
	for _, w := range wanted {
		base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(w, "_", "-")), "-")
		if words, ok := t.texts[base]; ok {
			return words
		}
	}
	return t.texts[pageLanguages[0]]
}
