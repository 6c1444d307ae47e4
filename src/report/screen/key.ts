/** A key by its name, or the character that it types. */
export type Key = string
