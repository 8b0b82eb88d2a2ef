package hiring

// TagTexts asks the ingest role which skills texts name. Answer: [TaggedTexts].
type TagTexts struct {
	Asked
	Lang  string   `json:"lang,omitempty"`
	Texts []string `json:"texts"`
}

// TaggedTexts holds what each text names, in order of the text.
type TaggedTexts struct {
	Skills [][]TaggedSkill `json:"skills"`
}

// TaggedSkill is a place in a text that names a skill.
type TaggedSkill struct {
	Skill SkillID `json:"skill"`
	Name  string  `json:"name"`
	// Start and End are bytes of the UTF-8 text, End the first one behind.
	Start int `json:"start"`
	End   int `json:"end"`
	// Score is how likely the place names this skill, in (0, 1).
	Score float64 `json:"score"`
}

// ReadTexts asks the ingest role to read openings' texts into drafts. Answer: [OpeningDrafts].
type ReadTexts struct {
	Asked
	Lang  string   `json:"lang,omitempty"`
	Texts []string `json:"texts"`
}

// OpeningDrafts holds what each text was read as, in order of the texts.
type OpeningDrafts struct {
	Drafts []OpeningDraft `json:"drafts"`
}

// OpeningDraft is what can be read out of an opening's text, for its employer to correct.
type OpeningDraft struct {
	// Lang is the language that it was read in; "" where none was given and none could be guessed.
	Lang string `json:"lang,omitempty"`
	// Title is the first line, where it is short and no heading.
	Title  string         `json:"title,omitempty"`
	Skills []DraftedSkill `json:"skills"` // in order of the text, each skill once
	// Degree is what the text says of a degree, "" when nothing; DegreeStart and DegreeEnd are the bytes of the sentence that says so.
	Degree      Degree `json:"degree,omitempty"`
	DegreeStart int    `json:"degreeStart,omitempty"`
	DegreeEnd   int    `json:"degreeEnd,omitempty"`
}

// DraftedSkill is a skill that an opening's text asks for, with the place that says so first.
type DraftedSkill struct {
	TaggedSkill
	Need  Need `json:"need"`
	Level int  `json:"level,omitempty"` // 1 to 5; 0 where the text says none
	Years int  `json:"years,omitempty"` // of experience; 0 where the text says none
}

// Subjects of these questions.
func (TagTexts) Subject() string  { return "ask.ingest.tag" }
func (ReadTexts) Subject() string { return "ask.ingest.texts" }
