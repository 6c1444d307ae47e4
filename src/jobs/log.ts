/** How much a line of a log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Takes a line of a log: what happened, in a few words, and the values that go with it. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number>>) => void
