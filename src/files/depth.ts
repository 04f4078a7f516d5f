/** How deep a document may go; apart from the parser, for those who read no YAML. */

/** Levels: of lists and mappings in each other; nobody writes a tenth of them by hand. */
export const DEEPEST = 200;
