package skills

import (
	"strings"

	"matchday/hiring"
)

// Words for a degree, and what turns them into something else.
const (
	degreeWords = "degree|degrees|bachelor|bachelors|bachelor s|master s|master of|masters|phd|ph d|doctorate|mba|bsc|b sc|msc|m sc|ba bs|b a|b s|university education|" +
		"college education|university graduate|undergraduate|licenciatura|licenciado|grado universitario|titulo universitario|titulacion|titulacion universitaria|titulo de|" +
		"ingenieria en|carrera universitaria|doctorado|estudios universitarios|studium|hochschulstudium|hochschulabschluss|studienabschluss|" +
		"universitatsabschluss|universitatsstudium|diplom|bachelorabschluss|masterabschluss|promotion in|abgeschlossenes studium|diplome|licence en|master en|" +
		"bac 2|bac 3|bac 4|bac 5|bac+2|bac+3|bac+4|bac+5|ecole d ingenieur|diplome d ingenieur|formation superieure|doctorat"
	noDegree     = "degree of|degrees of|some degree|high degree|degrees celsius|degree celsius|degrees fahrenheit|360 degree|180 degree|dual degree programs|carrera profesional"
	orExperience = "or equivalent|or comparable|or similar experience|or related experience|or relevant experience|or work experience|or practical experience|" +
		"or the equivalent|or experience|and or equivalent|and or experience|or an equivalent|or commensurate|or combination of|in lieu of|o equivalente|o experiencia|" +
		"o experiencia equivalente|oder vergleichbar|oder vergleichbare|oder vergleichbaren|oder eine vergleichbare|oder gleichwertig|oder gleichwertige|oder berufserfahrung|" +
		"oder mehrjahrige|oder entsprechende|oder einschlagige|oder alternativ|ou equivalent|ou equivalente|ou experience|ou une experience"
	degreeWaived = "no degree|degree not required|degree is not required|degree not needed|without a degree|degree required no|not require a degree|do not need a degree|" +
		"don t need a degree|sin titulo|no se requiere titulo|no se requiere titulacion|kein studium|ohne studium|studium nicht erforderlich|sans diplome|aucun diplome|" +
		"pas de diplome"
)

// readDegree finds the sentence about a degree. Of several the strongest stands: required, then "or equivalent experience", then
// preferred; that none is needed only where nothing else is said.
func readDegree(d *Draft, parts []part) {
	order := map[hiring.Degree]int{hiring.DegreeNone: 1, hiring.DegreePreferred: 2, hiring.DegreeOrExperience: 3, hiring.DegreeRequired: 4}
	for i := range parts {
		says := parts[i].degree()
		if order[says] > order[d.Degree] {
			d.Degree, d.DegreeStart, d.DegreeEnd = says, parts[i].start, parts[i].end
		}
	}
}

// degree returns what a sentence says of a degree, "" when nothing.
func (p *part) degree() hiring.Degree {
	if containsAny(p.spoken, degreeWaived) {
		return hiring.DegreeNone
	}
	spoken := p.spoken
	for phrase := range strings.SplitSeq(noDegree, "|") {
		spoken = strings.ReplaceAll(spoken, " "+phrase+" ", " ")
	}
	if p.about == offers || !containsAny(spoken, degreeWords) {
		return ""
	}
	switch {
	case p.need() != hiring.Essential:
		return hiring.DegreePreferred
	case containsAny(p.spoken, orExperience):
		return hiring.DegreeOrExperience
	}
	return hiring.DegreeRequired
}
