/** The people of the small company, the same on every kind of server, besides its administrators. */
export interface Person {
  /** What one types. */
  readonly name: string;
  readonly displayName: string;
  readonly email: string;
}

export function people(): Person[] {
  return [
    person('John Smith', 'John Smith', 'john.smith@corp.example'),
    person('jsmith', 'Jane Smith', 'jane.smith@corp.example'),
    person('djones', 'Dana Jones', 'dana.jones@corp.example'),
    person('mbrown', 'Maria Brown', 'maria.brown@corp.example'),
    person('David Jones', 'David Jones', 'david.jones@corp.example'),
    person('James Brown', 'James Brown', 'james.brown@corp.example'),
    person('ajohnson', 'Alex Johnson', 'alex.johnson@corp.example'),
    person('Zoë Müller', 'Zoë Müller', 'zoe.mueller@corp.example'),
    person('lchen', 'Li Chen', 'li.chen@corp.example'),
    person('ogarcía', 'Olga García', 'olga.garcia@corp.example'),
    person("p.o'neil", "Pat O'Neil", 'pat.oneil@corp.example'),
    person('ci-build', 'Build server', 'builds@corp.example'),
  ];
}

function person(name: string, displayName: string, email: string): Person {
  return { name, displayName, email };
}
