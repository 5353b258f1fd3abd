import API
import Domain
import Service

func addOwnPhonePages(to pages: Pages) {
  pages.get("compte/telephone", enrolling: true) { visit in
    let me = try await visit.services.call(IdentityAPI.showMe)
    return phonePage(visit, me.phone, FormFaults())
  }
  pages.post("compte/telephone", enrolling: true) { visit in
    let typed = visit.form["phone"]
    do {
      let kept = try await visit.services.call(IdentityAPI.changeOwnPhone, [:], OwnPhone(phone: typed)).phone
      return .see(
        "/compte", saying: kept.map { "Votre téléphone professionnel est le \($0)." } ?? "Votre téléphone est retiré.")
    } catch let problem as Problem {
      return phonePage(visit, typed, try FormFaults(problem, fields: ["phone"]))
    }
  }
}

private func phonePage(_ visit: Visit, _ typed: String?, _ faults: FormFaults) -> PageAnswer {
  let form = Form(
    id: "telephone", address: "/compte/telephone",
    groups: [
      FieldGroup(fields: [
        .text(
          "phone", "Téléphone professionnel", value: typed, type: .tel, width: .medium, maximumLength: 30,
          autocomplete: "tel",
          faults.common(
            "phone", help: "Il figure sur les contrats et les courriers ; laissez vide pour le retirer",
            isRequired: false))
      ])
    ], submit: "Enregistrer", cancel: Link("Annuler", "/compte"))
  let head = PageHead("Mon téléphone professionnel", back: Link("Mon compte", "/compte"))
  return visit.page(head, nil, faults.general + [form]).with(faults)
}
