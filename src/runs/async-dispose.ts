import { Server } from 'node:net'

/**
 * The key that `await using` calls. Node 20 defines `Symbol.asyncDispose` only in its own context, so it is missing in a program that runs
 * in another one (node:vm, used by jest and by vitest's `vmThreads` and `vmForks`). There the symbol of Node's own classes is defined,
 * because the helpers that compilers emit for `await using` look it up, too.
 */
export const asyncDispose: typeof Symbol.asyncDispose = find()

function find(): typeof Symbol.asyncDispose {
  const here: Partial<Pick<SymbolConstructor, 'asyncDispose'>> = Symbol
  if (here.asyncDispose !== undefined) return here.asyncDispose
  const ofNode = Object.getOwnPropertySymbols(Server.prototype).find(({ description = '' }) =>
    description.endsWith('asyncDispose'),
  )
  // The fallback of those helpers.
  const value = ofNode ?? Symbol.for('Symbol.asyncDispose')
  Object.defineProperty(Symbol, 'asyncDispose', { value, configurable: true })
  return Symbol.asyncDispose
}
