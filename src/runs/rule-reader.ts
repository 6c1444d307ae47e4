import { UdptoolError } from '../base/error.ts'
import { quoted } from '../base/quoted.ts'
import { nearest } from '../base/suggestion.ts'

/** One form that a rule can have. */
export interface RuleForm {
  /** The whole rule as it could be written, for hints. */
  readonly example: string
}

/** Where a rule stands. */
export interface RulePlace {
  /** What it was given as: `--up`. */
  readonly flag: string
  /** All that was written there, other rules among it. */
  readonly source: string
  /** Where in `source` the rule begins. */
  readonly start: number
}

/**
 * A rule being read from left to right: words, each behind a mark (`=`, `:`, `@` or `~`). Whatever is refused is a `usage`
 * error whose excerpt points to where reading has come.
 */
export class RuleReader {
  readonly #text: string
  readonly #place: RulePlace
  #at = 0
  #examples: readonly string[] = []

  constructor(text: string, place: RulePlace) {
    this.#text = text
    this.#place = place
  }

  /** What has not been read yet. */
  get rest(): string {
    return this.#text.slice(this.#at)
  }

  /** Reads a word that names one of some forms; `kind` says what they are forms of. */
  choose<Form extends RuleForm>(mark: string, kind: string, forms: ReadonlyMap<string, Form>): Form {
    this.#pass(mark, kind)
    const word = this.#word()
    const form = forms.get(word)
    if (form === undefined) throw this.#unknown(word, kind, forms)
    this.#at += word.length
    this.#examples = [form.example]
    return form
  }

  /** Reads an argument with a parser, which gets its name for errors. `hint` replaces that of the parser. */
  argument<T>(mark: string, what: string, parse: (text: string, name: string) => T, hint?: string): T {
    this.#pass(mark, what)
    const word = this.#word()
    if (word === '') throw this.#refused(`the ${what} is missing`)
    try {
      const value = parse(word, `the ${what} of ${this.#place.flag} ${quoted(this.#text)}`)
      this.#at += word.length
      return value
    } catch (error) {
      throw error instanceof UdptoolError ? this.#located(error.message, hint ?? error.hint) : error
    }
  }

  /** Nothing may be left. */
  end(): void {
    if (this.rest === '') return
    this.#at += 1
    throw this.#refused('it has too many arguments')
  }

  /** Goes past the mark that stands before something. */
  #pass(mark: string, what: string): void {
    const found = this.rest.slice(0, mark.length)
    if (found === mark) this.#at += mark.length
    else if (found === '') throw this.#refused(`the ${what} is missing`)
    else throw this.#refused(`the ${what} must follow ${mark}, not ${found}`)
  }

  /** The text up to the next mark. */
  #word(): string {
    return /^[^=:@~]*/u.exec(this.rest)?.[0] ?? ''
  }

  #unknown(word: string, kind: string, forms: ReadonlyMap<string, RuleForm>): UdptoolError {
    // A longer word for the same, such as duplicate for dup, is no typing error.
    const meant = nearest(word, forms.keys()) ?? [...forms.keys()].find(name => word.startsWith(name))
    const examples = [...this.#examples, ...[...forms.values()].map(({ example }) => example)]
    return this.#refused(
      word === '' ? `the name of the ${kind} is missing` : `there is no ${kind} ${quoted(word)}`,
      meant === undefined ? `write one of ${examples.join(', ')}` : `did you mean ${meant}?`,
    )
  }

  #refused(reason: string, hint = `write ${this.#examples.join('')}`): UdptoolError {
    return this.#located(`${this.#place.flag} cannot take ${quoted(this.#text)}: ${reason}`, hint)
  }

  #located(message: string, hint: string | undefined): UdptoolError {
    const { source, start } = this.#place
    const excerpt = { text: source, column: start + this.#at }
    return new UdptoolError('usage', message, hint === undefined ? { excerpt } : { excerpt, hint })
  }
}
