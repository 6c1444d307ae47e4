import { UdptoolError } from '../base/error.ts'
import { quoted } from '../base/quoted.ts'
import { nearest } from '../base/suggestion.ts'

/** One form of a rule. */
export interface RuleForm {
  /** An example of the whole rule, for hints. */
  readonly example: string
}

/** The position of a rule. */
export interface RulePlace {
  /** The option it was given with: `--up`. */
  readonly flag: string
  /** The whole text of the option, which may have other rules. */
  readonly source: string
  /** Offset of the rule in `source`. */
  readonly start: number
}

/**
 * Reads a rule from left to right: words, each after a mark (`=`, `:`, `@` or `~`). A mistake throws a `usage` error whose excerpt points
 * at the current position.
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

  /** The text that has not been read. */
  get rest(): string {
    return this.#text.slice(this.#at)
  }

  /** Reads the name of one of several forms. `kind` is the term for the forms in errors. */
  choose<Form extends RuleForm>(mark: string, kind: string, forms: ReadonlyMap<string, Form>): Form {
    this.#pass(mark, kind)
    const word = this.#word()
    const form = forms.get(word)
    if (form === undefined) throw this.#unknown(word, kind, forms)
    this.#at += word.length
    this.#examples = [form.example]
    return form
  }

  /** Reads an argument with a parser, which gets its name for errors. `hint` replaces the parser's hint. */
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

  /** Throws if text is left. */
  end(): void {
    if (this.rest === '') return
    this.#at += 1
    throw this.#refused('it has too many arguments')
  }

  /** Skips the mark before an argument. */
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
    // A longer word with the same beginning, such as duplicate for dup, is not a typing error, but it is clear what it means.
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
