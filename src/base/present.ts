/** The properties that are not undefined. */
export type Present<T> = {
  readonly [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>
} & {
  readonly [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name]
}

/** A copy of the object without the properties that are undefined (exactOptionalPropertyTypes). */
export function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>
}
