// Package native reads Matchday's own interchange forms (opening, learner, programme, completion) into hiring's nouns. It is
// strict: a field that the form does not know is refused by name, a key given twice is refused (also when the two differ in case
// only), nesting is bounded, and a wrong type is refused with the path of the field, as in "skills[3].weight is not a number". An
// error never repeats the value that was refused.
//
// Decoding has two steps. [Parse] turns JSON into a tree of maps, slices, strings, json.Number and bools. The Decode functions read
// such a tree; packages table and jobposting build the same tree from other formats, so that every record passes one gate.
//
// Where the form leaves room, several writings are read: a skill may be an object or a plain string; a place may be its name; a
// price "$49", 49 or {"amount":49,"currency":"USD"}; lists of words may be one string. Null counts as absent. A date without a time
// stands for its first second in UTC where something begins, and for its last where something ends.
//
// Skills come out as they were said: SkillRef.Skill holds a given id, SkillRef.Said the words. Resolving the words is the caller's.
package native
