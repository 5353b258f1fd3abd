extension Frame {
  /// The bar at the top: the areas, the search, the bell, the account.
  var bar: HTML {
    """
    <header class="bar">
    \(Self.brand)
    <nav class="areas" aria-label="Application">
    \(each: areas, { "\($0.plain)\n" })</nav>
    \(search, { $0.html })
    \(notifications, { $0.bell })
    \(account, { $0.html(in: self) })
    </header>
    \(account?.replacing, replacement)
    """
  }

  private func replacement(of colleague: String) -> HTML {
    """
    <aside class="replacing" aria-label="Remplacement">
    \(icon: .swap)
    <p>Vous agissez à la place de <strong>\(colleague)</strong>. Ce que vous faites porte vos deux noms.</p>
    <form class="inline-form" action="/profil/retour" method="post">\(proof)\
    <button class="btn btn-outline">Revenir à mon profil</button></form>
    </aside>
    """
  }
}

extension SearchBox {
  fileprivate var html: HTML {
    """
    <form class="search" action="\(address)" method="get" role="search">
    <label class="visually-hidden" for="recherche">Rechercher une personne, un contrat, une offre</label>
    \(icon: .search)
    <input id="recherche" name="q" type="search" autocomplete="off" placeholder="Rechercher…"\
    \(attribute: "value", text) data-shortcut="/">
    <kbd aria-hidden="true">/</kbd>
    </form>
    """
  }
}

extension Link {
  fileprivate var bell: HTML {
    """
    <a class="bell" href="\(address)">\(icon: .bell)<span class="visually-hidden">\(text)</span> \
    <span class="bell-count" data-live="notifications">\(count, { "\($0)" })</span>\
    \(count, { _ in #"<span class="visually-hidden"> \#(countLabel)</span>"# })</a>
    """
  }
}

extension AccountMenu {
  fileprivate func html(in frame: Frame) -> HTML {
    """
    <details class="menu account">
    <summary><svg class="icon account-icon" aria-hidden="true"><use href="/assets/icons.svg#user"/></svg>\
    <span class="visually-hidden">Compte de </span><span class="account-name">\(shortName)</span>\
    \(icon: .chevronDown)</summary>
    <div class="menu-sheet">
    <p class="menu-head"><strong>\(name)</strong><span>\(profile)</span>\
    \(replacing, { #"<span class="tone-waiting">à la place de \#($0)</span>"# })</p>
    \(each: profiles, { $0.html(in: frame) })\
    \(each: links, { $0.menuItem })\
    \(Self.settings)
    <form action="/deconnexion" method="post">\(frame.proof)\
    <button class="menu-item">\(icon: .logout)<span>Se déconnecter</span></button></form>
    </div>
    </details>
    """
  }

  private static let settings: HTML = """
    <button class="menu-item needs-script" type="button" data-toggle="theme">\(icon: .moon)\
    <span>Clair ou sombre</span></button>
    <button class="menu-item needs-script" type="button" data-toggle="density">\(icon: .list)\
    <span>Listes serrées ou aérées</span></button>
    <button class="menu-item needs-script" type="button" data-open="raccourcis">\(icon: .keyboard)\
    <span>Raccourcis clavier</span><kbd>?</kbd></button>
    """
}

extension ProfileChoice {
  fileprivate func html(in frame: Frame) -> HTML {
    """
    <form action="/profil" method="post">\(frame.proof)<button class="menu-item" name="profil" value="\(id)">\
    \(icon: .swap)<span>Agir comme \(text)</span></button></form>

    """
  }
}

extension Link {
  fileprivate var menuItem: HTML {
    """
    <a class="menu-item" href="\(address)">\(icon: icon)<span>\(text)</span></a>

    """
  }
}
