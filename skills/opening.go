package skills

import (
	"slices"
	"strings"

	"matchday/hiring"
)

// Draft is what can be read out of an opening's text, for its employer to correct.
type Draft = hiring.OpeningDraft

// ReadOpening reads an opening's text: skills with their need by headings ("Nice to have:") and modal words ("is a plus", "must", "we
// train you"), levels and years by the words around them, and the sentence about a degree. Headings and words are known in English,
// Spanish, German and French. What stands under headings about the employer or its offers is left out.
func (m *Map) ReadOpening(text, lang string) Draft {
	d := Draft{Lang: lang}
	if lang == "" {
		d.Lang = guess(tokenise(nil, text))
	}
	parts := sentences(text)
	d.Title = title(text, parts)
	readDegree(&d, parts)
	seen := map[hiring.SkillID]int{}
	for _, tag := range m.Tag(text, d.Lang) {
		at, ok := slices.BinarySearchFunc(parts, tag.Start, func(p part, at int) int {
			if p.end <= at {
				return -1
			}
			return min(1, max(0, p.start-at))
		})
		if !ok || parts[at].about == offers {
			continue
		}
		s := hiring.DraftedSkill{TaggedSkill: tag, Need: parts[at].need(), Level: parts[at].level(tag.Start), Years: parts[at].years}
		if i, again := seen[tag.Skill]; again {
			strengthen(&d.Skills[i], s)
			continue
		}
		seen[tag.Skill] = len(d.Skills)
		d.Skills = append(d.Skills, s)
	}
	return d
}

// strengthen takes over what another mention of the same skill asks beyond this one.
func strengthen(s *hiring.DraftedSkill, other hiring.DraftedSkill) {
	order := []hiring.Need{hiring.Trainable, hiring.Optional, hiring.Essential}
	if slices.Index(order, other.Need) > slices.Index(order, s.Need) {
		s.Need = other.Need
	}
	s.Level, s.Years, s.Score = max(s.Level, other.Level), max(s.Years, other.Years), max(s.Score, other.Score)
}

// longTitle is how many words and bytes a title may have; more is a sentence.
const longTitle, maxTitle = 14, 200

// title returns the first line, where it is short, ends as no sentence does, and is no heading.
func title(text string, parts []part) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n"), "\n")
	line = strings.TrimSpace(line)
	words := len(strings.Fields(line))
	if len(parts) == 0 || parts[0].about != unsaid || words == 0 || words > longTitle || len(line) > maxTitle || strings.ContainsAny(line[len(line)-1:], ".!?:;,") {
		return ""
	}
	return line
}

// section is what a heading says of the lines below.
type section int

const (
	unsaid section = iota
	essentials
	extras  // nice to have
	lessons // what one learns there
	duties
	offers // about the employer: asks for nothing
)

// part is a sentence or line.
type part struct {
	start, end int
	words      []token
	spoken     string // its words as Key writes them, with spaces around
	about      section
	years      int
}

// sentences cuts a text into lines and sentences, and says under which heading each stands.
func sentences(text string) []part {
	tokens := tokenise(nil, text)
	var list []part
	about := unsaid
	for from := 0; from < len(tokens); {
		to := from + 1
		for to < len(tokens) && !ends(text[tokens[to-1].end:max(tokens[to-1].end, tokens[to].start)], tokens[to-1], tokens[to]) {
			to++
		}
		p := part{start: tokens[from].start, end: tokens[to-1].end, words: tokens[from:to]}
		var s strings.Builder
		for _, t := range p.words {
			s.WriteString(" " + t.word)
		}
		p.spoken = s.String() + " "
		if said := heading(p, text[p.end:]); said != unsaid {
			about = said
		}
		p.about, p.years = about, years(p.words)
		list = append(list, p)
		from = to
	}
	return list
}

// ends reports whether a sentence ends between two words.
func ends(gap string, before, after token) bool {
	if strings.ContainsAny(gap, "\n\r•|!?:") {
		return true
	}
	// "B.Sc. Informatik" and "z. B. Excel" go on; so does what begins small.
	short := before.end-before.start <= 3 && (before.upper || before.end-before.start < 2)
	abbreviated := strings.Contains(" eg etc inkl bzw evtl ggf incl approx prof ej usw ", " "+before.word+" ")
	return strings.Contains(gap, ";") || strings.Contains(gap, ".") && after.upper && !short && !abbreviated && !before.shout
}

const headingWords = 9

// heading returns what a part says as a heading: a short line, or the words before a colon.
func heading(p part, rest string) section {
	closed := strings.HasPrefix(strings.TrimLeft(rest, " )*_"), ":")
	line := rest == "" || strings.ContainsAny(rest[:1], "\n\r") || closed
	if len(p.words) > headingWords || !line {
		return unsaid
	}
	for _, h := range headings {
		if containsAny(p.spoken, h.words) {
			return h.says
		}
	}
	return unsaid
}

// headings in the order in which they are tried: "preferred qualifications" are extras, not essentials.
var headings = [...]struct {
	says  section
	words string
}{
	{extras, "preferred|nice to have|nice to haves|bonus|bonus points|desirable|desired|a plus|pluses|optional|good to have|would be great|" +
		"deseable|deseables|se valora|se valorara|valorable|plus|von vorteil|wunschenswert|idealerweise|pluspunkte|souhaite|souhaites|atouts|les plus|apprecie"},
	{lessons, "you will learn|you ll learn|what you learn|training provided|we will teach|we teach you|te ensenaremos|aprenderas|das lernst du|" +
		"lernen sie|du lernst|vous apprendrez|formation assuree"},
	{essentials, "requirements|required|qualifications|minimum|must have|must haves|you bring|you have|your profile|who you are|skills|experience|" +
		"we are looking for|we re looking for|you need|about you|essential|requisitos|perfil|requerimientos|imprescindible|que buscamos|tu perfil|" +
		"competencias|formacion|conocimientos|anforderungen|dein profil|ihr profil|profil|voraussetzungen|qualifikation|qualifikationen|" +
		"das bringst du mit|das bringen sie mit|was du mitbringst|kenntnisse|votre profil|profil recherche|competences|pre requis|exigences"},
	{offers, "we offer|benefits|what we offer|perks|about us|about the company|who we are|our company|compensation|equal opportunity|why us|" +
		"ofrecemos|que ofrecemos|beneficios|sobre nosotros|quienes somos|wir bieten|das bieten wir|unser angebot|uber uns|benefits fur dich|" +
		"nous offrons|avantages|a propos|qui sommes nous|ce que nous proposons"},
	{duties, "responsibilities|duties|what you will do|what you ll do|your role|the role|tasks|your tasks|the job|job description|" +
		"responsabilidades|funciones|tareas|tus funciones|aufgaben|deine aufgaben|ihre aufgaben|tatigkeiten|das erwartet dich|missions|vos missions|" +
		"responsabilites|taches"},
}

// modals are words of a sentence that say how much it asks, stronger than its heading, in the order in which they are tried.
var modals = [...]struct {
	need  hiring.Need
	words string
}{
	{hiring.Trainable, "will train|we train|training provided|training is provided|training will be provided|willing to learn|willingness to learn|" +
		"on the job training|learn on the job|will be taught|we teach|we will teach|you will learn|you ll learn|eager to learn|no experience needed|" +
		"te formamos|formacion a cargo|formacion incluida|te ensenamos|disposicion para aprender|ganas de aprender|wir bringen|lernen sie bei uns|" +
		"lernst du bei uns|bilden dich aus|wir schulen|lernbereitschaft|einarbeitung|nous vous formons|formation assuree|envie d apprendre"},
	{hiring.Optional, "preferred|preferably|a plus|is a bonus|bonus|nice to have|desirable|desired|ideally|advantage|advantageous|beneficial|" +
		"would be great|optional|an asset|helpful|not required|not essential|good to have|se valora|se valorara|valorable|deseable|un plus|" +
		"preferiblemente|preferible|idealmente|von vorteil|wunschenswert|idealerweise|gerne auch|gern gesehen|hilfreich|optimalerweise|souhaite|" +
		"souhaitee|apprecie|appreciee|serait un plus|un atout|idealement|de preference"},
	{hiring.Essential, "must|required|essential|necessary|mandatory|need to have|is needed|imprescindible|necesario|necesaria|obligatorio|requerido|" +
		"se requiere|indispensable|zwingend|erforderlich|voraussetzung|vorausgesetzt|muss|notwendig|exige|requis|requise|obligatoire|imperatif"},
}

// need returns how much a sentence asks for its skills.
func (p *part) need() hiring.Need {
	for _, x := range modals {
		if containsAny(p.spoken, x.words) {
			return x.need
		}
	}
	switch p.about {
	case extras:
		return hiring.Optional
	case lessons:
		return hiring.Trainable
	}
	return hiring.Essential
}

// containsAny reports whether one of several phrases, with | between, stands in spoken words.
func containsAny(spoken, phrases string) bool {
	for phrase := range strings.SplitSeq(phrases, "|") {
		if at := strings.Index(spoken, phrase); at > 0 {
			for ; at > 0; at = indexFrom(spoken, phrase, at+1) {
				if spoken[at-1] == ' ' && spoken[at+len(phrase)] == ' ' {
					return true
				}
			}
		}
	}
	return false
}

func indexFrom(s, sub string, from int) int {
	if i := strings.Index(s[from:], sub); i >= 0 {
		return from + i
	}
	return -1
}

// levels are words that say how well a skill has to be mastered, on the scale of openings.
var levels = [...]struct {
	level int
	words string
}{
	{5, " expert expertise extensive deep native mastery experto experta nativo expertenkenntnisse muttersprache muttersprachlich tiefgehende expertise approfondie "},
	{4, " strong advanced excellent proficient proficiency fluent fluency thorough fluido avanzado avanzada avanzados excelente excelentes alto " +
		"fliessend fliessende verhandlungssicher sehr fundierte ausgezeichnete courant maitrise excellente solides "},
	{3, " good solid working sound intermediate practical buen buena buenos buenas medio solidos gut gute guten sichere sicherer bonne bonnes bon intermediaire "},
	{2, " basic basics familiarity familiar fundamental fundamentals some basico basica basicos basicas nociones grundkenntnisse grundlegende erste notions base bases "},
	{1, " beginner exposure awareness principiante anfanger debutant "},
}

// How far from a skill a word about its level stands, in words.
const levelReach = 5

// level returns what the words before a place, or the one behind, say of the level: the nearest counts.
func (p *part) level(at int) int {
	i := slices.IndexFunc(p.words, func(t token) bool { return t.start >= at })
	for j := i - 1; j >= max(0, i-levelReach); j-- {
		for _, l := range levels {
			if strings.Contains(l.words, " "+p.words[j].word+" ") {
				return l.level
			}
		}
	}
	return 0
}

// years returns the least number of years that words ask for: "3-5 years" is 3. More than 40 is no experience.
func years(words []token) int {
	for i, t := range words {
		if !strings.Contains(" year years yr yrs ano anos jahr jahre jahren an ans annee annees ", " "+t.word+" ") || i == 0 {
			continue
		}
		least := 0
		for j := i - 1; j >= max(0, i-4); j-- {
			if n := number(words[j].word); n > 0 && n <= 40 {
				least = n
				continue
			} else if !strings.Contains(" to or and bis a y o oder ou + plus more mas mehr ", " "+words[j].word+" ") {
				break
			}
		}
		if least > 0 {
			return least
		}
	}
	return 0
}

// number reads a small number: digits, with a plus or not, or a word.
func number(word string) int {
	word = strings.TrimRight(word, "+")
	n := 0
	for _, c := range word {
		if !digit(c) || n > 100 {
			n = 0
			break
		}
		n = n*10 + int(c-'0')
	}
	if n > 0 {
		return n
	}
	for i, names := range [...]string{"one un uno ein eine", "two dos zwei deux", "three tres drei trois", "four cuatro vier quatre", "five cinco funf cinq",
		"six seis sechs", "seven siete sieben sept", "eight ocho acht huit", "nine nueve neun neuf", "ten diez zehn dix"} {
		if slices.Contains(strings.Fields(names), word) {
			return i + 1
		}
	}
	return 0
}
