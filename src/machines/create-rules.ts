import type { AnswerRules, RulesParts } from './answer-rules.ts'
import { Answerer } from './answerer.ts'
import { IrttAnswerer } from './irtt-server/irtt-answerer.ts'
import { Reflector } from './reflector/reflector.ts'

/** The rules of a server, by its plan. */
export function createRules(parts: RulesParts): AnswerRules {
  const { protocol } = parts.plan
  if (protocol === undefined) return new Answerer(parts)
  return protocol.name === 'stamp' ? new Reflector(protocol, parts) : new IrttAnswerer(parts, protocol)
}
