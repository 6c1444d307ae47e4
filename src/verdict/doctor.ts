import type { z } from 'zod'
import type { doctorSchema } from '../schema/doctor.ts'
import type { DeepReadonly } from './result.ts'

/** The document of `udptool doctor`, version 1. Every field is described in `schema/doctor.ts` and in docs/doctor.md. */
export type DoctorDocument = DeepReadonly<z.infer<typeof doctorSchema>>
export type Finding = DoctorDocument['findings'][number]
export type FindingLevel = Finding['level']
