// Package table turns rows of a spreadsheet (CSV) into the native forms. A map says which column fills which field, nested fields
// by dotted names ("place.name"); a column whose header is a field's name needs no mention; other columns are left out.
//
// Cells are read liberally: empty ones are absent; lists are set apart by comma, semicolon, bar or line, or written as a list of
// JSON or Python, and may begin with a label such as "Skills you'll gain:"; numbers may have thousands separators and flags may be
// yes or no. A time that something takes ("3 - 6 Months") counts with its upper bound, so that nobody plans too little, and goes to
// "hours" when it is given in hours or days (of eight hours), to "months" when in weeks, months or years, whichever of the two the
// column was meant for.
//
// A programme or opening without an id gets one from what identifies it (provider and name; employer, title and place), the same
// every time; rows that share all of that are one thing written twice, and the later one counts. Cells that cannot be read are passed
// on as they are, for package native to refuse with the field's name.
package table
