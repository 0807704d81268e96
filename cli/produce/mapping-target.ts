import { ACTIVITY_TYPES } from '../../core/contract/values.ts';
import { didYouMean } from '../../core/policy/nearest.ts';
import { recordFields, type RecordField } from '../describe/fields.ts';
import { UserError } from '../errors.ts';
import type { MappedField, Mapping } from './mapping.ts';

/** What a mapping makes must be a record of its stream, or every row of the file would end in quarantine. */
const ANY_AMOUNT = Number.MAX_SAFE_INTEGER;

/** @throws UserError naming fields that no record has, and fields that every record must have and the mapping does not give */
export function checkTarget(mapping: Mapping): void {
  const known = recordFields(mapping.stream, ANY_AMOUNT);
  const names = known.map(({ name }) => name);
  const mapped = Object.keys(mapping.fields);
  const unknown = mapped.filter((name) => !names.includes(name));
  const problems = unknown.map((name) => {
    const meant = didYouMean(
      name,
      names.filter((each) => !mapped.includes(each)),
    );
    const line = mapping.lines[name] === undefined ? '' : ` (line ${mapping.lines[name]})`;
    return `fields.${name}${line}: ${mapping.stream} has no such field${meant}`;
  });
  const { type } = mapping.fields;
  const wrongType = type !== undefined && 'constant' in type && !isType(type.constant);
  if (wrongType) problems.push(`fields.type: must be one of ${ACTIVITY_TYPES.join(', ')}`);
  const missing = known.filter(({ name, required }) => !mapped.includes(name) && mustHave(name, required, type));
  if (missing.length > 0)
    problems.push(`fields: ${missing.map(({ name }) => name).join(', ')}: required, and not mapped`);
  if (problems.length === 0) return;
  throw new UserError(
    `${mapping.file} does not make records of ${mapping.stream}:\n${problems.map((text) => `  ${text}`).join('\n')}`,
    `Nothing was started. \`npm run crp -- produce --describe --stream ${mapping.stream}\` lists the fields; {"rowNumber": true} or {"constant": VALUE} fills one that the file does not have.`,
  );
}

const isType = (value: unknown): boolean => ACTIVITY_TYPES.some((type) => type === value);

/** Without a type a record is a transaction; the type of each row is known where the mapping gives one for all. */
function mustHave(name: string, required: RecordField['required'], type: MappedField | undefined): boolean {
  if (required === 'always') return name !== 'type';
  if (required === 'never') return false;
  if (type === undefined) return required.includes('transaction');
  return 'constant' in type && required.some((each) => each === type.constant);
}
