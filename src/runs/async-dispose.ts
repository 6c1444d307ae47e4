import { Server } from 'node:net'

/**
 * The key that `await using` calls. Node 20 defines `Symbol.asyncDispose` in its own context only, so a program in another one (node:vm, as
 * vitest's `vmThreads` and `vmForks` and jest run tests) lacks it. There the symbol that Node's own classes have is defined, for the
 * helpers that compilers make of `await using` look for it, too.
 */
export const asyncDispose: typeof Symbol.asyncDispose = find()

function find(): typeof Symbol.asyncDispose {
  const here: Partial<Pick<SymbolConstructor, 'asyncDispose'>> = Symbol
  if (here.asyncDispose !== undefined) return here.asyncDispose
  const ofNode = Object.getOwnPropertySymbols(Server.prototype).find(({ description = '' }) =>
    description.endsWith('asyncDispose'),
  )
  // What compilers' helpers take where there is none.
  const value = ofNode ?? Symbol.for('Symbol.asyncDispose')
  Object.defineProperty(Symbol, 'asyncDispose', { value, configurable: true })
  return Symbol.asyncDispose
}
