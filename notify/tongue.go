package notify

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locale/active.*.json
var locales embed.FS

// languages are those that mails are written in; the first is for everyone else.
var languages = []language.Tag{language.English, language.Spanish}

// tongues finds the words for each language.
type tongues struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
}

func loadTongues() (*tongues, error) {
	b := i18n.NewBundle(languages[0])
	for _, tag := range languages {
		if _, err := b.LoadMessageFileFS(locales, "locale/active."+tag.String()+".json"); err != nil {
			return nil, fmt.Errorf("loading the words of mails: %w", err)
		}
	}
	return &tongues{b, language.NewMatcher(languages)}, nil
}

// speak picks the language nearest to those that a learner prefers (BCP 47, preferred first).
func (t *tongues) speak(preferred []string) tongue {
	_, i := language.MatchStrings(t.matcher, preferred...)
	return tongue{tag: languages[i].String(), words: i18n.NewLocalizer(t.bundle, languages[i].String())}
}

// tongue says things in one language.
type tongue struct {
	tag   string
	words *i18n.Localizer
}

// args are the values that a message names.
type args map[string]any

// say renders a message. A message that does not exist is a mistake of the program, which a test finds; it then reads as its id.
func (t tongue) say(id string, a args) string {
	s, err := t.words.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: a})
	if err != nil {
		return id
	}
	return s
}

// date writes a day of the calendar.
func (t tongue) date(at time.Time) string {
	return t.say("date", args{
		"Weekday": t.say(fmt.Sprintf("weekday.%d", at.Weekday()), nil), "Day": at.Day(),
		"Month": t.say(fmt.Sprintf("month.%d", at.Month()), nil), "Year": at.Year(),
	})
}

// at writes an instant in the day's zone and, where the learner's is known and shows another time, in that one too.
func (t tongue) at(when time.Time, day, learner *time.Location) string {
	here := when.In(day)
	s := t.in(when, day)
	if learner == nil {
		return s
	}
	there := when.In(learner)
	if there.Format("2006-01-02 15:04") == here.Format("2006-01-02 15:04") {
		return s
	}
	clock := there.Format("15:04")
	if there.YearDay() != here.YearDay() || there.Year() != here.Year() {
		clock = t.date(there) + ", " + clock
	}
	return s + " = " + t.say("yourtime", args{"Time": clock, "Zone": zoneName(learner)})
}

// in writes an instant in one zone.
func (t tongue) in(when time.Time, zone *time.Location) string {
	at := when.In(zone)
	return fmt.Sprintf("%s, %s (%s)", t.date(at), at.Format("15:04"), t.say("zone", args{"City": zoneName(zone)}))
}

// zoneName names a zone for people: its city, as the pages do.
func zoneName(l *time.Location) string {
	name := l.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// oneLine folds white space and control characters into single spaces, so that no text can begin a line of its own.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == 0x85 || r == 0xa0 || r == 0x2028 || r == 0x2029
	}), " ")
}
