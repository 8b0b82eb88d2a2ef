package skills

import "sync"

// lexicons holds the lexicon of each language that a text was read in. They are made when first asked for: most processes that hold a
// map never read a text.
type lexicons struct {
	mu   sync.Mutex
	byID map[uint8]*lexicon
}

// lexicon returns the lexicon of a language; that of English, or else of the first language, for one that no label has.
func (m *Map) lexicon(lang string) *lexicon {
	code := m.lang(lang)
	if code == anyLang {
		if code = m.lang("en"); code == anyLang {
			code = uint8(max(0, len(m.langs)-1))
		}
	}
	m.lexicons.mu.Lock()
	defer m.lexicons.mu.Unlock()
	l := m.lexicons.byID[code]
	if l == nil {
		l = newLexicon(m, code)
		if m.lexicons.byID == nil {
			m.lexicons.byID = map[uint8]*lexicon{}
		}
		m.lexicons.byID[code] = l
	}
	return l
}
