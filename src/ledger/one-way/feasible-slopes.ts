import { edgeSlope, touchedVertex, type Bound, type Hull } from './hull.ts'

/** Linux limits the adjustment of a clock's rate to 10 % (`tick` of adjtimex(2)). No line is steeper. */
export const STEEPEST = 0.1
/** Readings are whole ns: smaller differences are rounding errors of this arithmetic. */
const ROUNDING = 0.5

/** The slopes of the lines below all upper bounds and above all lower bounds. */
export interface FeasibleSlopes {
  readonly lowest: number
  readonly highest: number
  /** Whether the bounds limit both ends, not STEEPEST. */
  readonly bounded: boolean
  /** The slope with the most room: its middle line is farthest from all bounds. */
  readonly widest: number
  /** That room in ns: twice the margin of that line. */
  readonly room: number
}

/**
 * The room of a slope, the minimum of u − slope·t less the maximum of l − slope·t, is a concave function of the slope, and linear while the
 * line touches the same two vertices. This walks its pieces from the steepest negative slope to the steepest positive one. Undefined: no line
 * fits.
 */
export function feasibleSlopes(upper: Hull, lower: Hull): FeasibleSlopes | undefined {
  const walk = new Walk(upper, lower)
  let lowest: number | undefined = walk.room(-STEEPEST) >= -ROUNDING ? -STEEPEST : undefined
  let highest: number | undefined
  let bounded = lowest === undefined
  let top: readonly [from: number, to: number] = [-STEEPEST, -STEEPEST]
  let most = walk.room(-STEEPEST)
  for (let from = -STEEPEST; from < STEEPEST; from = walk.next()) {
    const to = walk.end
    const end = walk.room(to)
    if (walk.growth === 0 && end >= most) top = [from, to]
    else if (end > most) top = [to, to]
    most = Math.max(most, end)
    if (lowest === undefined && end >= -ROUNDING) lowest = walk.root(from, to)
    if (lowest !== undefined && end < -ROUNDING) {
      highest = walk.root(from, to)
      break
    }
  }
  if (lowest === undefined) return undefined
  bounded &&= highest !== undefined
  highest ??= STEEPEST
  const widest = nearest((lowest + highest) / 2, ...top)
  return { lowest, highest, bounded, widest, room: most }
}

/** The value in [from, to] nearest to x. */
export function nearest(x: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, x))
}

/**
 * One piece of the room function after the other, by ascending slope: `i` is the vertex of the upper hull that the line touches, `j` of the
 * lower.
 */
class Walk {
  readonly #upper: Hull
  readonly #lower: Hull
  #i: number
  #j: number

  constructor(upper: Hull, lower: Hull) {
    this.#upper = upper
    this.#lower = lower
    this.#i = touchedVertex(upper, -STEEPEST, 1)
    this.#j = touchedVertex(lower, -STEEPEST, -1)
  }

  /** The slope at the end of this piece. */
  get end(): number {
    return Math.min(STEEPEST, this.#upperEdge(), this.#lowerEdge())
  }

  /** The derivative of the room on this piece. */
  get growth(): number {
    const [u, l] = this.#touched()
    return l.at - u.at
  }

  room(slope: number): number {
    const [u, l] = this.#touched()
    return u.offset - l.offset - slope * (u.at - l.at)
  }

  /** The slope between these two at which the room is zero, on this piece. */
  root(from: number, to: number): number {
    const [u, l] = this.#touched()
    return nearest((u.offset - l.offset) / (u.at - l.at), from, to)
  }

  /** Moves to the next piece; returns the slope at its start. */
  next(): number {
    const { end } = this
    if (end === STEEPEST) return end
    if (this.#upperEdge() === end) this.#i += 1
    if (this.#lowerEdge() === end) this.#j -= 1
    return end
  }

  #touched(): readonly [Bound, Bound] {
    const [u, l] = [this.#upper[this.#i], this.#lower[this.#j]]
    if (u === undefined || l === undefined) throw new RangeError('an empty hull')
    return [u, l]
  }

  #upperEdge(): number {
    return this.#i + 1 < this.#upper.length ? edgeSlope(this.#upper, this.#i) : Infinity
  }

  #lowerEdge(): number {
    return this.#j > 0 ? edgeSlope(this.#lower, this.#j - 1) : Infinity
  }
}
