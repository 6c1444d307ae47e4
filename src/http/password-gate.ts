import { createHmac, randomBytes } from 'node:crypto'

/** What becomes of a request: it is answered, it gets 401, or 503 because too many passwords wait to be checked. */
export type Admission = 'admitted' | 'refused' | 'busy'

/** Outcomes that are remembered, of each kind. */
const MOST_REMEMBERED = 100

/** Passwords that wait to be checked, in all and of one source. */
const MOST_WAITING = 16
const MOST_WAITING_OF_SOURCE = 4

/** A hash that no known password has (exporter-toolkit: of "fakepassword"), without its cost. */
const FAKE_SALT_AND_SUM = 'QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi'

/**
 * Checks the passwords of requests (RFC 7617) against hashes of bcrypt. One check runs at a time, so that a flood of wrong passwords cannot
 * use more than one core, and few wait. Outcomes are remembered, right and wrong ones apart, so that the flood cannot make the server forget the
 * right passwords.
 */
export class PasswordGate {
  /** Passwords are not kept, only digests with this key. */
  readonly #key = randomBytes(32)
  readonly #right = new Set<string>()
  readonly #wrong = new Set<string>()
  readonly #waiting = new Map<string, Promise<boolean>>()
  readonly #sources = new Map<string, number>()
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param source the address of the client
   * @param users the hash of each user
   */
  async admit(
    authorization: string | undefined,
    source: string,
    users: ReadonlyMap<string, string>,
  ): Promise<Admission> {
    const credentials = basicCredentials(authorization)
    if (credentials === undefined) return 'refused'
    const [user, password] = credentials
    const hash = users.get(user)
    const digest = createHmac('sha256', this.#key)
      .update(JSON.stringify([user, hash ?? '', password]))
      .digest('base64')
    if (this.#right.has(digest)) return 'admitted'
    if (this.#wrong.has(digest)) return 'refused'
    let check = this.#waiting.get(digest)
    if (check === undefined) {
      const others = this.#sources.get(source) ?? 0
      if (this.#waiting.size >= MOST_WAITING || others >= MOST_WAITING_OF_SOURCE) return 'busy'
      // A user who does not exist takes as long as one who does.
      check = this.#check(digest, source, this.#compare(password, hash ?? fakeHash(users)), hash !== undefined)
      this.#waiting.set(digest, check)
      this.#sources.set(source, others + 1)
    }
    return (await check) ? 'admitted' : 'refused'
  }

  async #check(digest: string, source: string, comparison: Promise<boolean>, isUser: boolean): Promise<boolean> {
    try {
      const isRight = (await comparison) && isUser
      remember(isRight ? this.#right : this.#wrong, digest)
      return isRight
    } finally {
      this.#waiting.delete(digest)
      const others = (this.#sources.get(source) ?? 1) - 1
      if (others === 0) this.#sources.delete(source)
      else this.#sources.set(source, others)
    }
  }

  /** Compares when all earlier comparisons have ended. */
  async #compare(password: string, hash: string): Promise<boolean> {
    const before = this.#last
    const comparison = before.then(async () => {
      const { compare } = await import('bcryptjs')
      return await compare(password, hash)
    })
    this.#last = comparison.catch(() => {})
    return await comparison
  }
}

/** The user and the password of `Authorization: Basic …`. */
export function basicCredentials(header: string | undefined): readonly [user: string, password: string] | undefined {
  const [, encoded] = /^basic ((?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?)$/iu.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = utf8(Buffer.from(encoded, 'base64'))
  const colon = text?.indexOf(':') ?? -1
  return text === undefined || colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** With the highest cost of any user. */
function fakeHash(users: ReadonlyMap<string, string>): string {
  const costs = Array.from(users.values(), hash => hash.slice(4, 6))
  return `$2b$${costs.toSorted().at(-1) ?? '10'}$${FAKE_SALT_AND_SUM}`
}

/** The oldest is forgotten. */
function remember(outcomes: Set<string>, digest: string): void {
  const [oldest] = outcomes
  if (outcomes.size >= MOST_REMEMBERED && oldest !== undefined) outcomes.delete(oldest)
  outcomes.add(digest)
}
