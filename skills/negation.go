package skills

// How far a denial reaches, in words.
const (
	deniesAhead  = 4 // "no experience with Java"
	deniesBehind = 6 // "Java is nice, but not required"
)

// negated reports whether a text says that a hit's skill is not asked for: "no Java needed", "Java is not required".
func (r *reading) negated(h *hit) bool {
	for i := h.first - 1; i >= max(0, h.first-deniesAhead) && !r.tokens[i+1].breaks; i-- {
		if denial(r.tokens[i].word) && !insists(r.tokens[i+1].word) {
			return true
		}
	}
	for i := h.last + 1; i < min(len(r.tokens)-1, h.last+1+deniesBehind) && !r.tokens[i].breaks; i++ {
		if denial(r.tokens[i].word) && needed(r.tokens[i+1].word) {
			return true
		}
	}
	return false
}

func denial(word string) bool {
	switch word {
	case "no", "not", "without", "never", "kein", "keine", "keinen", "keiner", "keinerlei", "nicht", "ohne", "geen", "niet", "zonder", "inte",
		"ingen", "inga", "utan", "sin", "ni", "sans", "pas":
		return true
	}
	return false
}

// insists reports whether a word behind a denial turns it round: "not only", "not limited to", "no less than".
func insists(word string) bool {
	switch word {
	case "only", "just", "limited", "merely", "less", "solely", "nur", "alleen", "bara", "solo", "seulement", "uniquement":
		return true
	}
	return false
}

func needed(word string) bool {
	switch word {
	case "required", "necessary", "needed", "essential", "mandatory", "expected", "erforderlich", "notwendig", "notig", "vereist", "nodig",
		"kravs", "nodvandigt", "necesario", "necesaria", "requerido", "requis", "necessaire", "obligatoire":
		return true
	}
	return false
}
