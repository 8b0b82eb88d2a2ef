package hiring

import (
	"slices"
	"strings"
	"unicode"
)

// MeetsDegree reports whether a learner meets an opening's wish for a degree by what they say of themselves: a credential whose name is
// a degree's or, where experience will do, a skill from work. It never enters a ranking; it tells what the wish costs.
func (w *World) MeetsDegree(ref LearnerRef, wish Degree) bool {
	l := w.Learner(ref)
	if l == nil || wish == "" || wish == DegreeNone {
		return true
	}
	if wish == DegreeOrExperience && slices.ContainsFunc(l.Skills, func(s HeldSkill) bool { return s.From == "work" }) {
		return true
	}
	for b := range w.Backings(ref) {
		if isDegree(b.Named()) {
			return true
		}
	}
	return false
}

// degreeWords begin the names of degrees in English, German, French, Spanish, Italian and Portuguese; degreePhrases are needed where a
// word alone is none: a master class is no master's degree.
var (
	degreeWords = []string{
		"bachelor", "bachelors", "baccalaureate", "bachillerato", "bsc", "beng", "bba", "llb", "bcom", "btech", "msc", "mba", "meng", "mphil",
		"llm", "phd", "dphil", "doctorate", "doctorado", "doctorat", "dottorato", "doutorado", "diplomingenieur", "magister",
		"licenciatura", "licenciado", "licenciada", "laurea", "maîtrise", "maestría", "mestrado", "staatsexamen",
	}
	degreePhrases = []string{
		"master of", "masters of", "master s degree", "masters degree", "master degree", "master in", "associate degree", "associate of",
		"associate s degree", "doctor of", "university degree", "b a", "b s", "b sc", "m a", "m s", "m sc", "ph d", "b eng", "m eng", "b tech",
		"grado en", "licence en", "dipl ing",
	}
)

// isDegree reports whether a credential's name is a degree's: it holds one of the words or phrases above.
func isDegree(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(degreeWords, w) }) {
		return true
	}
	text := " " + strings.Join(words, " ") + " "
	return slices.ContainsFunc(degreePhrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}
