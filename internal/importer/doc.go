// Package importer reads what a business already has, its sales lines and its
// stays, out of CSV files of any shape. A mapping in YAML says which column
// means what; the readers stream typed records and, for each line that cannot
// be understood, a [Reject] with the line number and the reason. Nothing here
// knows the database: store writes what these readers yield.
//
// # Money
//
// Prices are parsed from their decimal text into [Amount], a whole number of
// tenths of a minor unit: 12.34 GBP is 12340, and a price with a third decimal
// such as 0.001 GBP is 1. A float never touches them. Where money is kept in
// whole minor units, [Amount.Minor] is the floor and [Amount.Mills] what is
// left of it, 0 to 9, so the two together are exact. A figure that is neither
// zero nor carried by that one extra digit is refused, never rounded.
//
// # What makes two records the same
//
// A sales line is known by (source, invoice, ordinal): its place among the
// lines of its invoice. Rejected lines count too, so a file that comes back
// with a line repaired gives every other line the ordinal it had before. An
// invoice may be interrupted by another one in the file.
//
// A booking list has no booking number, and rows that look equal are different
// bookings. A booking is therefore known by (source, hash of the row, how many
// equal rows of this file came before it), which [Booking.Key] spells out. The
// hash covers every column by its header name, so neither a reordered export
// nor an edited mapping changes it. Reading a file twice gives the same keys,
// as does reading a later and longer export of the same list: it repeats the
// bookings that are known and adds those that are not.
//
// What content cannot tell is an export cut into pages: equal rows on both
// sides of the cut would be taken for one booking. Such files set "repeats:
// new" in their mapping, and the digest of the file's content becomes part of
// the key: then a repeated import of one file still changes nothing, and equal
// rows of two files are different bookings. Files divided by property or by
// arrival date never share a row, so the default, "repeats: same", serves them.
package importer
