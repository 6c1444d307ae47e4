import type { Finding } from '../../verdict/doctor.ts'
import { surveyEngines } from '../engines/survey.ts'

/** Which engines work here, and what the preferred one lacks. */
export async function engines(): Promise<Finding[]> {
  const survey = await surveyEngines()
  return survey.engines.flatMap(({ name, works, missing, capabilities }): Finding[] => {
    const id = `engine.${name}`
    if (!works) return [absent(id, name, missing)]
    const taken = survey.auto === name ? ', and runs take it' : ''
    const lacking = name === 'kernel' ? capabilities.filter(one => !one.works) : []
    return [
      { id, level: 'ok', what: `the ${name} engine works${taken}` },
      ...lacking.map(one => ({
        id: `engine.kernel.${one.name}`,
        level: 'note' as const,
        what: `the ${name} engine has no ${one.name} here${one.missing === undefined ? '' : `: ${one.missing}`}`,
        cost: `missing: ${one.gives}`,
        fix: 'udptool engines shows all of them',
      })),
    ]
  })
}

function absent(id: string, name: 'kernel' | 'dgram', missing = 'no reason is known'): Finding {
  if (name === 'dgram')
    return {
      id,
      level: 'fail',
      what: `no UDP socket can be opened: ${missing}`,
      cost: 'nothing can be sent',
      fix: 'udptool engines',
    }
  return {
    id,
    level: 'note',
    what: `the kernel engine does not work: ${missing}`,
    cost: 'no --df and --tos, no sender of an ICMP error, no TOS or fragments that arrived, and far fewer datagrams a second',
    fix: 'on Linux: npm install koffi; udptool engines shows what else is missing',
  }
}
