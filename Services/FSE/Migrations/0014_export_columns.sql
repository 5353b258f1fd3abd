-- The columns of the authority's export are data (rule S15): its exact format is not published, and changes.

create table fse.export_mapping (
  one boolean primary key default true check (one),
  columns jsonb not null,
  version int not null default 1
);
insert into fse.export_mapping (columns) values ('[
  {"title": "Identifiant interne", "source": "number"},
  {"title": "NOM", "source": "familyName"},
  {"title": "Prénom", "source": "givenName"},
  {"title": "Date de naissance", "source": "birthDate"},
  {"title": "Sexe", "source": "sex"},
  {"title": "Commune de résidence", "source": "commune"},
  {"title": "Téléphone", "source": "phone"},
  {"title": "Courriel", "source": "email"},
  {"title": "Projet", "source": "operation"},
  {"title": "Date d’entrée dans le projet", "source": "from"},
  {"title": "Date de sortie du projet", "source": "until"},
  {"title": "BRSA", "source": "entry:E13"},
  {"title": "Nationalité française", "source": "entry:E01"},
  {"title": "Nationalité de l’Union européenne", "source": "entry:E02"},
  {"title": "Situation", "source": "entry:E03"},
  {"title": "En emploi", "source": "entry:E04"},
  {"title": "Type d’emploi", "source": "entry:E05"},
  {"title": "Recherche d’emploi", "source": "entry:E06"},
  {"title": "Sans emploi depuis", "source": "entry:E07"},
  {"title": "En formation", "source": "entry:E08"},
  {"title": "Inscrit à France Travail", "source": "entry:E09"},
  {"title": "Niveau d’instruction", "source": "entry:E11"},
  {"title": "Handicap", "source": "entry:E12"},
  {"title": "Sans domicile stable", "source": "entry:E14"},
  {"title": "Parents nés à l’étranger", "source": "entry:E15"},
  {"title": "Date de recueil de l’entrée", "source": "entry:E00"},
  {"title": "Entrée complète le", "source": "entryCompleted"},
  {"title": "Motif de sortie", "source": "exit:S01"},
  {"title": "Situation à la sortie", "source": "exit:S03"},
  {"title": "Qualification", "source": "exit:S04"},
  {"title": "Sortie complète le", "source": "exitCompleted"},
  {"title": "Situation à six mois", "source": "exit:S06"}
]');
