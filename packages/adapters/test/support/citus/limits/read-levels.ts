import type { Catalogue } from './catalogue.js';
import type { Item, Level } from './level.js';
import { type Fields, fieldsOf, has, isFields, listOf, namesOf, nodeOf, textOf, visit } from './tree.js';

type Named = ReadonlyMap<string, Item>;

const STATEMENTS = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** Reads the levels of a statement. */
export class LevelReader {
  #items = 0;
  readonly #tables: Catalogue['tables'];

  constructor(tables: Catalogue['tables']) {
    this.#tables = tables;
  }

  /** @param statement the node of a SELECT, INSERT, UPDATE, DELETE or MERGE; undefined for another one */
  read(statement: unknown): Level | undefined {
    const node = nodeOf(statement);
    if (node === undefined || !STATEMENTS.includes(node.kind)) return undefined;
    return this.#level(node.kind, node.fields, 'statement', undefined, new Map());
  }

  #level(kind: string, fields: Fields, place: Level['place'], above: Level | undefined, outer: Named): Level {
    const level: Level = {
      kind,
      fields,
      place,
      above,
      items: [],
      conditions: [],
      outerJoins: [],
      columns: [],
      calls: [],
      below: [],
    };
    above?.below.push(level);
    const named = this.#with(level, outer);
    for (const side of ['larg', 'rarg']) {
      if (isFields(fields[side])) this.#level('SelectStmt', fields[side], 'set', level, named);
    }
    for (const target of ['relation', 'sourceRelation']) {
      if (kind !== 'SelectStmt' && isFields(fields[target])) {
        const range = fields[target];
        this.#from(nodeOf(range) === undefined ? { RangeVar: range } : range, level, named, true);
      }
    }
    const source = nodeOf(fields['selectStmt']);
    const isValues = listOf(source?.fields['valuesLists']).length > 0;
    if (source !== undefined && !isValues) this.#level(source.kind, source.fields, 'from', level, named);
    for (const from of [...listOf(fields['fromClause']), ...listOf(fields['usingClause'])]) {
      this.#from(from, level, named, true);
    }
    level.conditions.push(...partsOf(fields['whereClause'] ?? fields['joinCondition']));
    const read = ['withClause', 'larg', 'rarg', 'relation', 'sourceRelation', 'fromClause', 'usingClause'];
    for (const [name, value] of Object.entries(fields)) {
      if (!read.includes(name) && (name !== 'selectStmt' || isValues)) this.#expression(value, level, named);
    }
    return level;
  }

  #with(level: Level, outer: Named): Named {
    const named = new Map(outer);
    const clause = level.fields['withClause'];
    if (!isFields(clause)) return named;
    for (const each of listOf(clause['ctes'])) {
      const cte = fieldsOf(each, 'CommonTableExpr');
      const query = nodeOf(cte?.['ctequery']);
      const name = textOf(cte?.['ctename']);
      if (cte === undefined || query === undefined || name === undefined) continue;
      const itself = clause['recursive'] === true ? new Map([...named, [name, this.#item({ alias: name })]]) : named;
      const below = this.#level(query.kind, query.fields, 'with', level, itself);
      const columns = namesOf(cte['aliascolnames']);
      named.set(
        name,
        this.#item({ alias: name, level: below, columns: columns.length > 0 ? columns : outputOf(below) }),
      );
    }
    return named;
  }

  /** Adds what a part of FROM holds; the items are those that it added. */
  #from(part: unknown, level: Level, named: Named, isInner: boolean): readonly Item[] {
    const node = nodeOf(part);
    if (node === undefined) return [];
    const { kind, fields } = node;
    if (kind === 'RangeTableSample') return this.#from(fields['relation'], level, named, isInner);
    if (kind === 'JoinExpr') return this.#join(fields, level, named, isInner);
    const item = this.#item(this.#range(kind, fields, level, named));
    level.items.push(item);
    return [item];
  }

  #range(kind: string, fields: Fields, level: Level, named: Named): Omit<Item, 'id'> {
    const given = isFields(fields['alias']) ? fields['alias'] : {};
    const renamed = namesOf(given['colnames']);
    const alias = textOf(given['aliasname']) ?? textOf(fields['relname']) ?? '';
    const columns = (own: readonly string[] | undefined) => ({
      ...(own !== undefined && { columns: [...renamed, ...own.slice(renamed.length)] }),
      ...(own === undefined && renamed.length > 0 && { columns: renamed }),
    });
    if (kind === 'RangeVar') {
      const name = textOf(fields['relname']) ?? '';
      const query = fields['schemaname'] === undefined ? named.get(name) : undefined;
      if (query !== undefined) {
        return { alias, ...columns(query.columns), ...(query.level !== undefined && { level: query.level }) };
      }
      const table = this.#tables[name];
      return { alias, table: name, ...columns(table?.columns), ...(table?.owner && { owner: table.owner }) };
    }
    if (kind === 'RangeSubselect') {
      const query = nodeOf(fields['subquery']);
      if (query === undefined) return { alias };
      const below = this.#level(
        query.kind,
        query.fields,
        fields['lateral'] === true ? 'lateral' : 'from',
        level,
        named,
      );
      return { alias, level: below, ...columns(outputOf(below)) };
    }
    this.#expression(fields, level, named);
    // A function of one column gives it the name of the alias.
    return { alias, columns: renamed.length > 0 ? renamed : [alias, 'ordinality'] };
  }

  #join(fields: Fields, level: Level, named: Named, isInner: boolean): readonly Item[] {
    const kind = textOf(fields['jointype']) ?? '';
    const isOuter = kind !== 'JOIN_INNER';
    const left = this.#from(fields['larg'], level, named, isInner && !isOuter);
    const right = this.#from(fields['rarg'], level, named, isInner && !isOuter);
    const using = namesOf(fields['usingClause']).map((column) => ({ A_Expr: equal(left, right, column) }));
    const conditions = [...partsOf(fields['quals']), ...using];
    this.#expression(fields['quals'], level, named);
    if (isOuter) level.outerJoins.push({ kind, left, right, conditions });
    else if (isInner) level.conditions.push(...conditions);
    else level.outerJoins.push({ kind: 'JOIN_INNER', left, right, conditions });
    return [...left, ...right];
  }

  #expression(value: unknown, level: Level, named: Named): void {
    visit(value, ({ kind, fields }) => {
      if (kind === 'ColumnRef') level.columns.push(namesOf(fields['fields']));
      if (kind === 'FuncCall') level.calls.push(namesOf(fields['funcname']).at(-1) ?? '');
      if (kind !== 'SubLink') return true;
      this.#expression(fields['testexpr'], level, named);
      const query = nodeOf(fields['subselect']);
      if (query !== undefined) this.#level(query.kind, query.fields, 'expression', level, named);
      return false;
    });
  }

  #item(item: Omit<Item, 'id'>): Item {
    this.#items += 1;
    return { id: this.#items, ...item };
  }
}

function equal(left: readonly Item[], right: readonly Item[], column: string): Fields {
  const side = (items: readonly Item[]) => {
    const alias = items.find(({ columns }) => columns?.includes(column))?.alias ?? items[0]?.alias;
    return { ColumnRef: { fields: [alias, column].map((sval) => ({ String: { sval } })) } };
  };
  return { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: side(left), rexpr: side(right) };
}

/** The parts of a condition that all have to hold. */
export function partsOf(condition: unknown): readonly unknown[] {
  if (condition === undefined) return [];
  const and = fieldsOf(condition, 'BoolExpr');
  return and?.['boolop'] === 'AND_EXPR' ? listOf(and['args']).flatMap(partsOf) : [condition];
}

/** The names of the columns that a query returns; undefined if its text does not say. */
function outputOf({ fields }: Level): readonly string[] | undefined {
  const first = isFields(fields['larg']) ? fields['larg'] : fields;
  const returning = isFields(fields['returningClause']) ? fields['returningClause']['exprs'] : undefined;
  const values = listOf(first['valuesLists'])[0];
  if (values !== undefined) {
    return listOf(fieldsOf(values, 'List')?.['items']).map((_, index) => `column${index + 1}`);
  }
  const targets = listOf(returning ?? first['targetList']);
  if (has(targets, ({ kind }) => kind === 'A_Star')) return undefined;
  return targets.map((each) => {
    const target = fieldsOf(each, 'ResTarget');
    const value = nodeOf(target?.['val']);
    const name = value?.kind === 'FuncCall' ? value.fields['funcname'] : value?.fields['fields'];
    return textOf(target?.['name']) ?? namesOf(name).at(-1) ?? '?column?';
  });
}
